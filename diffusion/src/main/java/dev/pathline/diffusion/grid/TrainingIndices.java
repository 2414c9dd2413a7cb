package dev.pathline.diffusion.grid;

import dev.pathline.diffusion.schedule.NoiseSchedule;
import java.util.function.DoubleUnaryOperator;

/** The spacings of time over the {@code T} indices of a schedule, by the names that diffusers gives them. */
final class TrainingIndices {
    private TrainingIndices() {}

    /** Multiples of {@code floor(T / N)} from 0 on: ends at index 0 and leaves out the noisiest. */
    static double[] leading(NoiseSchedule schedule, int steps, double start) {
        int stride = schedule.timeIndices() / steps;
        return times("leading", schedule, steps, start, k -> (steps - 1 - k) * stride);
    }

    /** Even from {@code T - 1} to 0, rounded. One step is taken from {@code T - 1}, where noise is, and not from 0. */
    static double[] linspace(NoiseSchedule schedule, int steps, double start) {
        int last = schedule.timeIndices() - 1;
        int intervals = Math.max(1, steps - 1);
        return times("linspace", schedule, steps, start, k -> Math.rint(last * (intervals - k) / intervals));
    }

    /** Every {@code T/N} down from {@code T}, rounded, less 1. */
    static double[] trailing(NoiseSchedule schedule, int steps, double start) {
        int count = schedule.timeIndices();
        return times("trailing", schedule, steps, start, k -> Math.rint(count - k * count / steps) - 1);
    }

    private static double[] times(
            String grid, NoiseSchedule schedule, int steps, double start, DoubleUnaryOperator indexOfStep) {
        int count = schedule.timeIndices();
        if (steps > count) {
            throw new IllegalArgumentException("time grid '" + grid + "' takes its times from the " + count
                    + " indices of schedule '" + schedule.name() + "' and cannot have " + steps + " steps");
        }
        double[] times = new double[steps + 1];
        for (int k = 0; k < steps; k++) {
            times[k] = start * schedule.shiftedTime((indexOfStep.applyAsDouble(k) + 1) / count);
        }
        return times;
    }
}
