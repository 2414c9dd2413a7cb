package dev.pathline.diffusion.plan;

import java.util.Arrays;

/** The operations on one sample in float64. */
final class Operations {
    private Operations() {}

    /** Applies the operation in place and returns {@code values}. */
    static double[] apply(ValueOperation operation, double[] values) {
        if (operation instanceof ValueOperation.Clip clip) {
            clip(values, clip.low(), clip.high(), 1);
        } else if (operation instanceof ValueOperation.DynamicThreshold threshold) {
            double bound = Math.clamp(quantileOfMagnitude(values, threshold.quantile()), 1, threshold.maximum());
            clip(values, -bound, bound, bound);
        }
        return values;
    }

    private static void clip(double[] values, double low, double high, double divisor) {
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.clamp(values[i], low, high) / divisor;
        }
    }

    /** The quantile with linear interpolation between order statistics, as torch.quantile and numpy have it. */
    private static double quantileOfMagnitude(double[] values, double quantile) {
        double[] sorted = Arrays.stream(values).map(Math::abs).sorted().toArray();
        double position = quantile * (sorted.length - 1);
        int below = (int) position;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
    }
}
