package dev.pathline.diffusion.plan;

import java.util.Arrays;

/** What is not linear, on one sample in float64. */
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

    /** The factor that brings {@code guided} back to the spread of {@code labelled}; 1 where the guided one has none. */
    static double rescale(double share, double[] labelled, double[] guided) {
        double spread = deviation(guided);
        return share == 0 || spread == 0 ? 1 : 1 - share + share * deviation(labelled) / spread;
    }

    /** The size of a Langevin step. */
    static double langevinSize(LangevinStep step, double[] score, double[] noise) {
        double scoreSquared = squaredNorm(score, 0);
        if (scoreSquared == 0) {
            return 0;
        }
        return step.isSized() ? step.size() : step.rate() * squaredNorm(noise, 0) / scoreSquared;
    }

    private static double deviation(double[] values) {
        return Math.sqrt(squaredNorm(values, Arrays.stream(values).average().orElse(0)) / values.length);
    }

    private static double squaredNorm(double[] values, double centre) {
        return Arrays.stream(values).map(value -> (value - centre) * (value - centre)).sum();
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

    /** {@code a first + b second}. */
    static double[] combine(double a, double[] first, double b, double[] second) {
        double[] sum = new double[first.length];
        for (int i = 0; i < sum.length; i++) {
            sum[i] = a * first[i] + b * second[i];
        }
        return sum;
    }
}
