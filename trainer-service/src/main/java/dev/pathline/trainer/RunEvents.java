package dev.pathline.trainer;

import dev.pathline.engine.checkpoint.TensorData;
import dev.pathline.engine.training.TrainingListener;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Passes a training's events on, and writes sample sheets when they are due. */
final class RunEvents implements TrainingListener {

    private final RunListener listener;
    private final @Nullable SampleSheets sheets;
    private final long sheetEvery;
    private final @Nullable RunEvaluation evaluation;

    /**
     * @param sheets writes a sheet, or null for a task that has none
     * @param evaluation measures, or null where nobody asked for it
     */
    RunEvents(RunListener listener, @Nullable SampleSheets sheets, long sheetEvery,
            @Nullable RunEvaluation evaluation) {
        this.listener = listener;
        this.sheets = sheets;
        this.sheetEvery = sheetEvery;
        this.evaluation = evaluation;
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
            measurement.evaluate(step, averages, listener);
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
}
