package dev.pathline.api.experiments.statistics;

/** How many observations an experiment needs. */
public final class Power {

    private static final double ACCURACY = 1e-9;

    private Power() {}

    /**
     * Returns how many observations, of both arms together, find a difference with a probability.
     *
     * @param difference the smallest difference of the means that matters
     * @param deviation the standard deviation of an observation
     * @param firstShare the share of the first arm, in (0, 1)
     * @param alpha how seldom a difference may be found where there is none
     * @param power how probably the difference is found
     */
    public static long observations(double difference, double deviation, double firstShare, double alpha,
            double power) {
        if (!(difference != 0 && deviation > 0 && firstShare > 0 && firstShare < 1 && power > alpha && power < 1)) {
            throw new IllegalArgumentException("no number of observations finds " + difference + " with a deviation of "
                    + deviation + ", a share of " + firstShare + " and a power of " + power);
        }
        double drift = drift(alpha, power);
        double needed = drift * drift * deviation * deviation / (difference * difference)
                * (1 / firstShare + 1 / (1 - firstShare));
        return (long) Math.ceil(needed);
    }

    /**
     * Returns how many pairs find a difference with a probability.
     *
     * @param deviation the standard deviation of the difference within a pair
     */
    public static long pairs(double difference, double deviation, double alpha, double power) {
        double drift = drift(alpha, power);
        return Math.max(2, (long) Math.ceil(drift * drift * deviation * deviation / (difference * difference)));
    }

    /** The difference over the standard error of its estimate with all observations, at which it is found so probably. */
    static double drift(double alpha, double power) {
        var test = new AnytimeTest(alpha, 1);
        double low = 0;
        double high = 20;
        while (high - low > ACCURACY) {
            double middle = (low + high) / 2;
            if (test.power(middle) < power) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return high;
    }
}
