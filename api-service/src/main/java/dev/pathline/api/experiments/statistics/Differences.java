package dev.pathline.api.experiments.statistics;

import org.apache.commons.statistics.distribution.NormalDistribution;
import org.apache.commons.statistics.distribution.TDistribution;
import org.apache.commons.statistics.interval.BinomialConfidenceInterval;

/** Differences between two arms, looked at once: when the planned number of observations is there. */
public final class Differences {

    /** Fewer observations than that say nothing of a variance. */
    static final int FEWEST = 2;

    private Differences() {}

    /**
     * Returns {@code second - first} of the means of two arms whose variances may differ (Welch 1947).
     *
     * @param confidence such as 0.95
     * @throws IllegalArgumentException if an arm has fewer than two observations
     */
    public static Estimate ofMeans(Moments first, Moments second, double confidence) {
        requireSome(first);
        requireSome(second);
        double difference = second.mean() - first.mean();
        double a = first.squaredError();
        double b = second.squaredError();
        if (a + b == 0) {
            return new Estimate(difference, Interval.around(difference, 0));
        }
        double freedom = (a + b) * (a + b) / (a * a / (first.count() - 1) + b * b / (second.count() - 1));
        double wide = TDistribution.of(freedom).inverseSurvivalProbability((1 - confidence) / 2);
        return new Estimate(difference, Interval.around(difference, wide * Math.sqrt(a + b)));
    }

    /** Returns a mean; of one observation nobody knows where else it could be, and the interval is the number itself. */
    public static Estimate mean(Moments moments, double confidence) {
        double wide = moments.count() < FEWEST
                ? 0
                : TDistribution.of(moments.count() - 1.0).inverseSurvivalProbability((1 - confidence) / 2)
                        * Math.sqrt(moments.squaredError());
        return new Estimate(moments.mean(), Interval.around(moments.mean(), wide));
    }

    /**
     * Returns the mean of the differences within pairs.
     *
     * @param differences {@code second - first} of each pair
     */
    public static Estimate ofPairs(Moments differences, double confidence) {
        requireSome(differences);
        double wide = TDistribution.of(differences.count() - 1.0).inverseSurvivalProbability((1 - confidence) / 2);
        return new Estimate(differences.mean(),
                Interval.around(differences.mean(), wide * Math.sqrt(differences.squaredError())));
    }

    /**
     * Returns how many times as many pairs would have been needed without pairing: the variance of the difference of
     * independent observations over that within pairs. Infinite where pairs differ by one number.
     */
    public static double savedByPairing(Moments first, Moments second, Moments differences) {
        return (first.variance() + second.variance()) / differences.variance();
    }

    /**
     * Returns a share.
     *
     * @param yes of {@code count}
     */
    public static Estimate share(long yes, long count, double confidence) {
        return new Estimate((double) yes / count, wilson(yes, count, confidence));
    }

    private static Interval wilson(long yes, long count, double confidence) {
        if (count > Integer.MAX_VALUE) {
            double wide = quantile(confidence) * Math.sqrt((double) yes / count * (1 - (double) yes / count) / count);
            return Interval.around((double) yes / count, wide);
        }
        var interval = BinomialConfidenceInterval.WILSON_SCORE.fromErrorRate((int) count, (int) yes, 1 - confidence);
        return new Interval(interval.getLowerBound(), interval.getUpperBound());
    }

    /** How many standard errors on each side. */
    static double quantile(double confidence) {
        return NormalDistribution.of(0, 1).inverseSurvivalProbability((1 - confidence) / 2);
    }

    private static void requireSome(Moments arm) {
        if (arm.count() < FEWEST) {
            throw new IllegalArgumentException("a difference needs two observations of each arm, not " + arm.count());
        }
    }
}
