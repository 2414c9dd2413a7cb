package dev.pathline.engine.measure;

import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.noise.NoiseKey;
import dev.pathline.diffusion.noise.PhiloxNoise;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import dev.pathline.engine.sampling.LoadedModel;
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
        float[] of(float[] x, float[] times, float[] targets, long[] labels);
    }

    private final Evaluation evaluation;
    private final float[] x;
    private final float[] times;
    private final float[] targets;
    private final long[] labels;

    ProbeRows(LoadedModel model, int rows) {
        this(model.card(), model::evaluate, rows);
    }

    ProbeRows(ModelCard card, Evaluation evaluation, int rows) {
        this.evaluation = evaluation;
        NoiseSchedule schedule = card.noiseSchedule();
        x = new float[rows * card.dimension()];
        new PhiloxNoise().fill(NoiseKey.initial(0, 0), x);
        times = new float[rows];
        targets = new float[rows];
        labels = new long[rows];
        for (int i = 0; i < rows; i++) {
            double t = schedule.minTime() + (schedule.maxTime() - schedule.minTime()) * (i + 1.0) / (rows + 1);
            times[i] = (float) card.timeInput().of(schedule, t);
            targets[i] = (float) card.targetInput().of(card.timeInput(), schedule, t, schedule.minTime());
            labels[i] = i % Math.max(1, card.classes().size());
        }
    }

    int count() {
        return times.length;
    }

    /** Evaluates all rows. */
    float[] evaluate() {
        return evaluation.of(x, times, targets, labels);
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
            float[] all = evaluate(rows);
            int length = all.length / size;
            for (int i = 0; i < size; i++) {
                if (!accepted.test(rows[i], Arrays.copyOfRange(all, i * length, (i + 1) * length))) {
                    return false;
                }
            }
        }
        return true;
    }

    private float[] evaluate(int[] rows) {
        int length = x.length / count();
        var some = new float[rows.length * length];
        var someTimes = new float[rows.length];
        var someTargets = new float[rows.length];
        var someLabels = new long[rows.length];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(x, rows[i] * length, some, i * length, length);
            someTimes[i] = times[rows[i]];
            someTargets[i] = targets[rows[i]];
            someLabels[i] = labels[rows[i]];
        }
        return evaluation.of(some, someTimes, someTargets, someLabels);
    }
}
