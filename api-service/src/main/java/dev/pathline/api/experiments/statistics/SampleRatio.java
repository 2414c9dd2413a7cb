package dev.pathline.api.experiments.statistics;

import java.util.Arrays;
import org.apache.commons.statistics.inference.ChiSquareTest;

/**
 * Whether arms have got the shares that they were to have. Where they have not, something between assignment and outcome loses
 * observations of one arm more often than of another, and no comparison is worth anything.
 *
 * @param pValue how probably chance alone makes shares that differ as much
 */
public record SampleRatio(double pValue) {

    /** So seldom that it may be looked at every minute. */
    private static final double ALARM = 1e-4;

    /**
     * Holds counts against weights.
     *
     * @param counts observations of each arm
     * @param weights of each arm, positive
     */
    public static SampleRatio of(long[] counts, double[] weights) {
        long all = Arrays.stream(counts).sum();
        return new SampleRatio(
                all == 0 || counts.length < 2 ? 1 : ChiSquareTest.withDefaults().test(weights, counts).getPValue());
    }

    /** Returns whether it is no chance. */
    public boolean alarms() {
        return pValue < ALARM;
    }
}
