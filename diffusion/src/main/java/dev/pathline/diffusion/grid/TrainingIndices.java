package dev.pathline.diffusion.grid;

import dev.pathline.diffusion.schedule.NoiseSchedule;
import java.util.function.DoubleUnaryOperator;

/**
 * The spacings of time over the {@code T} indices of a schedule, by the names that diffusers gives them. Where there are as
 * many steps as indices of training, and fewer that sampling has, they are as even and lie between the indices.
 */
final class TrainingIndices {
    private TrainingIndices() {}

    /** Multiples of {@code floor(T / N)} from 0 on: ends at index 0 and leaves out the noisiest. */
    static double[] leading(NoiseSchedule schedule, int steps, double start) {
        if (isDense("leading", schedule, steps, schedule.timeIndices())) {
            return dense(schedule, steps, start);
        }
        int stride = stride(schedule, steps, steps - 1);
        return times(schedule, steps, start, k -> (steps - 1 - k) * stride);
    }

    /** Multiples of {@code floor(T / (N + 1))} without 0. */
    static double[] leadingOpen(NoiseSchedule schedule, int steps, double start) {
        if (isDense("leading-open", schedule, steps, schedule.timeIndices() - 1)) {
            // Not a multiple of T / (N + 1), whose largest is beyond the last index.
            double stride = (schedule.timeIndices() - 1.0) / steps;
            return times(schedule, steps, start, k -> (steps - k) * stride);
        }
        int stride = stride(schedule, steps + 1, steps);
        return times(schedule, steps, start, k -> (steps - k) * stride);
    }

    /** {@code floor(T / points)} of all indices of training, or of those that sampling has where {@code last} is beyond. */
    private static int stride(NoiseSchedule schedule, int points, int last) {
        int stride = schedule.trainingIndices() / points;
        return last * stride < schedule.timeIndices() ? stride : schedule.timeIndices() / points;
    }

    /** Even from {@code T - 1} to 0, rounded. One step is taken from {@code T - 1}, where noise is, and not from 0. */
    static double[] linspace(NoiseSchedule schedule, int steps, double start) {
        if (isDense("linspace", schedule, steps, schedule.timeIndices())) {
            return dense(schedule, steps, start);
        }
        int last = schedule.timeIndices() - 1;
        int intervals = Math.max(1, steps - 1);
        return times(schedule, steps, start, k -> Math.rint(last * (intervals - k) / intervals));
    }

    /** Even from {@code T - 1} to 0 in {@code N + 1} points, rounded, without 0. */
    static double[] linspaceOpen(NoiseSchedule schedule, int steps, double start) {
        int last = schedule.timeIndices() - 1;
        if (isDense("linspace-open", schedule, steps, last)) {
            return times(schedule, steps, start, k -> last * (steps - k) / steps);
        }
        return times(schedule, steps, start, k -> Math.rint(last * (steps - k) / steps));
    }

    /**
     * Even from {@code T - 1} to 0, not rounded. With a resolution shift the points are even between the shifted ends, and
     * are shifted then, once more at the lower end: diffusers' flow matching does so.
     */
    static double[] linspaceUnrounded(NoiseSchedule schedule, int steps, double start) {
        double last = schedule.shiftedTime(1.0 / schedule.timeIndices());
        double[] times = new double[steps + 1];
        for (int k = 0; k < steps; k++) {
            times[k] = start * schedule.shiftedTime(1 + (last - 1) * k / Math.max(1, steps - 1));
        }
        return times;
    }

    /** Every {@code T/N} down from {@code T}, rounded, less 1. */
    static double[] trailing(NoiseSchedule schedule, int steps, double start) {
        if (isDense("trailing", schedule, steps, schedule.timeIndices())) {
            return dense(schedule, steps, start);
        }
        int count = schedule.timeIndices();
        return times(schedule, steps, start, k -> Math.rint(count - k * count / steps) - 1);
    }

    /**
     * Multiples of {@code floor(T / N)} of the {@code T} noise levels that a consistency model was trained on, from the
     * largest on.
     *
     * @param level the time of a level, from its share of the way down
     */
    static double[] leadingLevels(NoiseSchedule schedule, int steps, DoubleUnaryOperator level) {
        int count = schedule.timeIndices();
        require("karras-leading", schedule, steps, count - 1);
        double[] times = new double[steps + 1];
        for (int k = 0; k < steps; k++) {
            times[k] = level.applyAsDouble(k * (count / steps) / (count - 1.0));
        }
        return times;
    }

    /**
     * Whether the whole indices that sampling has do not suffice, those of training would.
     *
     * @param most as many steps as have an index each
     */
    private static boolean isDense(String grid, NoiseSchedule schedule, int steps, int most) {
        require(grid, schedule, steps, schedule.trainingIndices());
        return steps > most;
    }

    /** Even from the last index to 0, not rounded. */
    private static double[] dense(NoiseSchedule schedule, int steps, double start) {
        double last = schedule.timeIndices() - 1;
        return times(schedule, steps, start, k -> last * (steps - 1 - k) / (steps - 1));
    }

    private static void require(String grid, NoiseSchedule schedule, int steps, int most) {
        if (steps > most) {
            throw new IllegalArgumentException("time grid '" + grid + "' takes its times from the "
                    + schedule.trainingIndices() + " indices of schedule '" + schedule.name() + "' and cannot have "
                    + steps
                    + " steps");
        }
    }

    private static double[] times(
            NoiseSchedule schedule, int steps, double start, DoubleUnaryOperator indexOfStep) {
        int count = schedule.timeIndices();
        double[] times = new double[steps + 1];
        for (int k = 0; k < steps; k++) {
            times[k] = start * schedule.shiftedTime((indexOfStep.applyAsDouble(k) + 1) / count);
        }
        return times;
    }
}
