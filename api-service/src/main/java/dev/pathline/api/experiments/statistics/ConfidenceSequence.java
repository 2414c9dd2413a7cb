package dev.pathline.api.experiments.statistics;

/**
 * Intervals that hold at all numbers of observations, with no end that is planned: a mixture of Gaussian tests (Robbins 1970), with an estimated
 * variance (Waudby-Smith et al., arXiv 2103.06476, eq. 14). With {@code n} observations of the standard error {@code e}, and
 * {@code x = n rho^2}, the interval is the difference plus and minus
 * {@code e sqrt(2 (1 + 1/x) ln(sqrt(x + 1) / alpha))}. The constant rho decides at how many observations it is narrowest against that of one
 * look, where it is about 1.5 times as wide; with a tenth of them it is about 1.9 times, with ten times as many about 1.7.
 *
 * <p>It is for what must be seen at once, such as harm. Where a number of observations is planned, {@link AnytimeTest} needs fewer by then,
 * and can say nothing early.
 *
 * @param alpha how seldom it may be wrong where nothing differs, such as 0.05
 * @param best at how many observations it is to be narrowest
 */
public record ConfidenceSequence(double alpha, long best) implements SequentialTest {

    /** Checks both. */
    public ConfidenceSequence {
        if (!(alpha > 0 && alpha < 0.5) || best < 1) {
            throw new IllegalArgumentException("alpha " + alpha + " and " + best + " observations");
        }
    }

    /** How many standard errors wide the interval is on each side. */
    double width(long observations) {
        double twice = -2 * Math.log(alpha);
        double x = (double) observations / best * (twice + Math.log(twice) + 1);
        return Math.sqrt(2 * (1 + 1 / x) * Math.log(Math.sqrt(x + 1) / alpha));
    }

    @Override
    public Estimate estimate(double difference, double error, long observations) {
        return new Estimate(difference, Interval.around(difference, width(observations) * error));
    }
}
