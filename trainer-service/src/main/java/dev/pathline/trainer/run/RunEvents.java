package dev.pathline.trainer.run;

import dev.pathline.engine.checkpoint.TensorData;
import dev.pathline.engine.training.TrainingListener;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Passes a training's events on, and makes sample sheets and measurements when they are due. What was measured last goes
 * into the snapshots, and from there into the card of the finished model, also when that is written by a later process.
 */
final class RunEvents implements TrainingListener, AutoCloseable {

    private static final String AVERAGE = "measured.average";
    private static final String METRIC = "measured.metric.";

    private final RunListener listener;
    private final @Nullable SampleSheets sheets;
    private final long sheetEvery;
    private final String average;
    private final Supplier<Optional<RunEvaluation>> opening;
    private @Nullable RunEvaluation evaluation;
    private Map<String, String> measured = Map.of();

    /**
     * @param sheets writes a sheet, or null for a task that has none
     * @param average the name of the average that sheets are made of and that is measured
     * @param evaluation opens what measures, where somebody asked for it; used only if the run is not done yet
     */
    RunEvents(RunListener listener, @Nullable SampleSheets sheets, long sheetEvery, String average,
            Supplier<Optional<RunEvaluation>> evaluation) {
        this.listener = listener;
        this.sheets = sheets;
        this.sheetEvery = sheetEvery;
        this.average = average;
        this.opening = evaluation;
    }

    @Override
    public void resumed(Map<String, String> notes) {
        measured = Map.copyOf(notes);
    }

    @Override
    public void begins() {
        evaluation = opening.get().orElse(null);
        if (evaluation != null) {
            evaluation.cautions().forEach(listener::warning);
        }
    }

    @Override
    public Map<String, String> notes() {
        return measured;
    }

    @Override
    public void keepsThreads(int threads, int configured) {
        listener.warning(
                "a step uses " + threads + " thread(s), as it did when the run began, and not the " + configured
                        + " that it may use now: the last bits of the weights depend on it");
    }

    /** Returns what was measured last of the run's result, by name; nothing if that was of another average. */
    Map<String, Double> measured() {
        return average.equals(measured.get(AVERAGE))
                ? measured.entrySet().stream().filter(note -> note.getKey().startsWith(METRIC))
                        .collect(Collectors.toMap(
                                note -> note.getKey().substring(METRIC.length()),
                                note -> Double.valueOf(note.getValue())))
                : Map.of();
    }

    @Override
    public void started(long step) {
        listener.started(step);
    }

    @Override
    public void progressed(Progress progress) {
        listener.progressed(progress);
    }

    @Override
    public void snapshot(long step) {
        listener.snapshot(step);
    }

    @Override
    public void blocked(String reason) {
        listener.blocked(reason);
    }

    @Override
    public void unblocked() {
        listener.unblocked();
    }

    @Override
    public void steppedBack(long step, String reason) {
        listener.steppedBack(step, reason);
    }

    @Override
    public boolean wantsAverages(long step) {
        return (sheets != null && sheetEvery > 0 && step % sheetEvery == 0) || listener.wantsAverages(step)
                || (evaluation != null && evaluation.isDue(step));
    }

    @Override
    public void averages(long step, Map<String, TensorData> averages) {
        if (listener.wantsAverages(step)) {
            listener.averages(step, averages);
        }
        if (sheets != null && sheetEvery > 0 && step % sheetEvery == 0) {
            sheet(sheets, step, averages);
        }
        if (evaluation != null && evaluation.isDue(step)) {
            evaluate(evaluation, step, averages);
        }
    }

    /** A number to look at is no reason to end hours of training either. */
    private void evaluate(RunEvaluation measurement, long step, Map<String, TensorData> averages) {
        try {
            var notes = new TreeMap<String, String>();
            notes.put(AVERAGE, average);
            measurement.evaluate(step, averages, listener)
                    .forEach((name, value) -> notes.put(METRIC + name, Double.toString(value)));
            measured = notes;
        } catch (RuntimeException e) {
            listener.warning("the weights of step " + step + " could not be measured: " + e.getMessage());
        }
    }

    /** A sheet is for the eye: whatever goes wrong with it, hours of training go on. */
    private void sheet(SampleSheets writer, long step, Map<String, TensorData> averages) {
        try {
            listener.sheet(writer.write(step, averages));
        } catch (IOException | RuntimeException e) {
            listener.warning("the sample sheet of step " + step + " could not be made: " + e.getMessage());
        }
    }

    /** Closes what measures; on the compute thread. */
    @Override
    public void close() {
        if (evaluation != null) {
            evaluation.close();
        }
    }
}
