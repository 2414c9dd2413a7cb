package dev.pathline.engine.metrics;

/**
 * A number that was measured on samples, with its 95% confidence interval.
 *
 * @param value what was measured
 * @param low where the interval starts, at most {@code value}
 * @param high where it ends, at least {@code value}
 */
public record Estimate(double value, double low, double high) {

    /** The two-sided 95% quantile of the normal distribution. */
    static final double NORMAL = 1.959963984540054;

    /** @throws IllegalArgumentException if the value is not in the interval */
    public Estimate {
        if (!(low <= value && value <= high)) {
            throw new IllegalArgumentException(value + " is not between " + low + " and " + high);
        }
    }

    /**
     * Returns a share with Wilson's score interval (Wilson 1927, JASA 22, 209), which unlike the usual one stays in
     * [0, 1] and has a width also at shares of 0 and 1.
     *
     * @param hits how many of {@code total}
     * @param total at least 1
     * @throws IllegalArgumentException if {@code hits} is not 0 to {@code total}, or {@code total} is 0
     */
    public static Estimate ofShare(long hits, long total) {
        if (total < 1 || hits < 0 || hits > total) {
            throw new IllegalArgumentException("there is no share of " + hits + " of " + total);
        }
        double share = (double) hits / total;
        double z2 = NORMAL * NORMAL / total;
        double centre = (share + z2 / 2) / (1 + z2);
        double half = NORMAL / (1 + z2) * Math.sqrt(share * (1 - share) / total + z2 / (4 * total));
        // In exact arithmetic the ends are 0 and 1 where the share is; rounding must not put it outside.
        return new Estimate(share, Math.clamp(centre - half, 0, share), Math.clamp(centre + half, share, 1));
    }

    /** Returns whether another number's interval and this one have nothing in common. */
    public boolean isApartFrom(Estimate other) {
        return other.high < low || high < other.low;
    }

    /** Returns this estimate with its interval cut to what is possible. */
    Estimate within(double least, double most) {
        return new Estimate(value, Math.max(low, least), Math.min(high, most));
    }
}
