package dev.pathline.engine.metrics;

/**
 * The delete-a-group jackknife (Kott 2001, Journal of Official Statistics 17, 521; Shao and Wu 1989, Annals of Statistics
 * 17, 1176): the statistic is computed without each of {@code G} groups of samples, and its standard error is
 * {@code sqrt((G - 1) / G * sum_g (s_g - mean)^2)}. The interval is the value plus and minus so many standard errors as
 * Student's t has at {@code G - 1} degrees of freedom.
 *
 * <p>Why not a bootstrap: it draws samples twice, which moves a Frechet distance up by its bias once more and makes a
 * nearest neighbour at distance 0, so neither statistic has a valid interval by it. This needs no seed, and every statistic
 * here can be had without a group at little more than the cost of having it once.
 *
 * <p>The interval tells what other samples of the same number would give against the same reference. It leaves out the
 * bias that a statistic has at that number, which real images in the samples' place show. Where both distributions are the
 * same, a distance has no first derivative, and the interval is wider than it need be (Efron and Stein 1981, Annals of
 * Statistics 9, 586).
 */
public final class GroupJackknife {

    private GroupJackknife() {}

    /**
     * Returns a value with its interval.
     *
     * @param value the statistic of all samples
     * @param without the statistic of all samples but those of a group, for each group; at least 10
     * @throws IllegalArgumentException if there are fewer
     */
    public static Estimate interval(double value, double[] without) {
        int groups = without.length;
        if (groups < SampleGroups.FEWEST_SAMPLES) {
            throw new IllegalArgumentException("a jackknife needs at least " + SampleGroups.FEWEST_SAMPLES
                    + " groups, got " + groups);
        }
        double mean = 0;
        for (double one : without) {
            mean += one / groups;
        }
        double squares = 0;
        for (double one : without) {
            squares += (one - mean) * (one - mean);
        }
        double half = student(groups - 1) * Math.sqrt(squares * (groups - 1) / groups);
        return new Estimate(value, value - half, value + half);
    }

    /**
     * The two-sided 95% quantile of Student's t, by its expansion around the normal one (Abramowitz and Stegun, 26.7.5);
     * its relative error is below 1e-5 from 9 degrees of freedom on.
     */
    static double student(int freedom) {
        double z = Estimate.NORMAL;
        double z2 = z * z;
        double first = (z2 + 1) / 4;
        double second = ((5 * z2 + 16) * z2 + 3) / 96;
        double third = (((3 * z2 + 19) * z2 + 17) * z2 - 15) / 384;
        double fourth = ((((79 * z2 + 776) * z2 + 1482) * z2 - 1920) * z2 - 945) / 92160;
        double v = 1.0 / freedom;
        return z * (1 + v * (first + v * (second + v * (third + v * fourth))));
    }
}
