package dev.pathline.api.experiments.statistics;

import java.util.Arrays;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.apache.commons.statistics.distribution.BetaDistribution;
import org.apache.commons.statistics.distribution.ContinuousDistribution;

/**
 * Differences of percentiles by the bootstrap. Which observation is the k-th smallest of a sample drawn anew from n observations has a
 * law that is known (the k-th of n uniform numbers is Beta(k, n - k + 1)), so one number is drawn for each sample, and not n.
 */
public final class Percentiles {

    private static final int SAMPLES = 4000;

    private Percentiles() {}

    /**
     * Returns {@code second - first} of a percentile of two arms.
     *
     * @param percentile in (0, 1), such as 0.95
     * @param seed the same seed, the same interval
     * @throws IllegalArgumentException if an arm has no observation
     */
    public static Estimate difference(double[] first, double[] second, double percentile, double confidence,
            long seed) {
        double[] a = sorted(first);
        double[] b = sorted(second);
        UniformRandomProvider random = RandomSource.L64_X128_MIX.create(seed);
        ContinuousDistribution.Sampler ofA = places(a.length, percentile, random);
        ContinuousDistribution.Sampler ofB = places(b.length, percentile, random);
        double[] differences = IntStream.range(0, SAMPLES).mapToDouble(_ -> at(b, ofB.sample()) - at(a, ofA.sample()))
                .sorted().toArray();
        double tail = (1 - confidence) / 2;
        return new Estimate(of(b, percentile) - of(a, percentile),
                new Interval(at(differences, tail), at(differences, 1 - tail)));
    }

    /**
     * Returns percentiles, each the smallest observation that so many are at most.
     *
     * @throws IllegalArgumentException if there is no observation
     */
    public static double[] of(double[] values, double... percentiles) {
        double[] sorted = sorted(values);
        return DoubleStream.of(percentiles).map(percentile -> of(sorted, percentile)).toArray();
    }

    private static double[] sorted(double[] values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("no observation has no percentile");
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted;
    }

    private static double of(double[] sorted, double percentile) {
        return sorted[rank(sorted.length, percentile) - 1];
    }

    private static int rank(int count, double percentile) {
        return Math.clamp((int) Math.ceil(count * percentile), 1, count);
    }

    private static ContinuousDistribution.Sampler places(int count, double percentile, UniformRandomProvider random) {
        int rank = rank(count, percentile);
        return BetaDistribution.of(rank, count - rank + 1.0).createSampler(random);
    }

    private static double at(double[] sorted, double place) {
        return sorted[Math.clamp((int) (sorted.length * place), 0, sorted.length - 1)];
    }
}
