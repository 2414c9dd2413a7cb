package dev.pathline.engine.measure;

import dev.pathline.engine.graph.InputNames;
import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.card.ModelGuidance;
import dev.pathline.diffusion.noise.NoiseKey;
import dev.pathline.diffusion.noise.PhiloxNoise;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import dev.pathline.engine.sampling.LoadedModel;
import dev.pathline.engine.script.InputTable;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.stream.IntStream;

/** Rows of Gaussian numbers at times between the first and the last, to try a network out with. */
final class ProbeRows {

    /** What a model computes for rows. */
    @FunctionalInterface
    interface Evaluation {

        /** As {@link LoadedModel#evaluate}. */
        float[] of(InputTable inputs);
    }

    private final Evaluation evaluation;
    private final InputTable inputs;

    ProbeRows(LoadedModel model, int rows) {
        this(inputs(model.card(), rows).completedFor(model.network()), model::evaluate);
    }

    ProbeRows(ModelCard card, Evaluation evaluation, int rows) {
        this(inputs(card, rows), evaluation);
    }

    private ProbeRows(InputTable inputs, Evaluation evaluation) {
        this.inputs = inputs;
        this.evaluation = evaluation;
    }

    private static InputTable inputs(ModelCard card, int rows) {
        NoiseSchedule schedule = card.noiseSchedule();
        float[] x = new float[rows * card.dimension()];
        new PhiloxNoise().fill(NoiseKey.initial(0, 0), x);
        float[] times = new float[rows];
        float[] targets = new float[rows];
        float[] scales = new float[rows];
        long[] labels = new long[rows];
        for (int i = 0; i < rows; i++) {
            double t = schedule.minTime() + (schedule.maxTime() - schedule.minTime()) * (i + 1.0) / (rows + 1);
            times[i] = (float) card.timeInput().of(schedule, t);
            targets[i] = (float) card.targetInput().of(card.timeInput(), schedule, t, schedule.minTime());
            scales[i] = (float) scale(card, (i + 1.0) / (rows + 1));
            labels[i] = i % Math.max(1, card.classes().size());
        }
        return InputTable.of(rows).with(InputNames.X, x).with(InputNames.TIME, times).with(InputNames.TARGET, targets)
                .with(InputNames.GUIDANCE, scales).with(InputNames.LABEL, labels);
    }

    private static double scale(ModelCard card, double share) {
        return card.guidance() instanceof ModelGuidance.Input(double min, double max) ? min + share * (max - min) : 1;
    }

    int count() {
        return inputs.rows();
    }

    /** Evaluates all rows. */
    float[] evaluate() {
        return evaluation.of(inputs);
    }

    /**
     * Evaluates all rows in evaluations of one size, the last of which begins again with the first rows.
     *
     * @return what each row gives, by its number
     */
    float[][] evaluate(List<Integer> order, int size) {
        var outputs = new float[count()][];
        evaluateWhile(order, size, (row, output) -> {
            outputs[row] = output;
            return true;
        });
        return outputs;
    }

    /** Returns whether evaluations of one size give each row the expected bits; stops at the first that does not. */
    boolean agree(float[][] expected, List<Integer> order, int size) {
        return evaluateWhile(order, size, (row, output) -> Arrays.equals(output, expected[row]));
    }

    /** Evaluates as long as what each row gives is accepted; returns whether all was. */
    private boolean evaluateWhile(List<Integer> order, int size, BiPredicate<Integer, float[]> accepted) {
        for (int start = 0; start < count(); start += size) {
            int[] rows = IntStream.range(start, start + size).map(i -> order.get(i % count())).toArray();
            float[] all = evaluation.of(inputs.rows(rows));
            int length = all.length / size;
            for (int i = 0; i < size; i++) {
                if (!accepted.test(rows[i], Arrays.copyOfRange(all, i * length, (i + 1) * length))) {
                    return false;
                }
            }
        }
        return true;
    }
}
