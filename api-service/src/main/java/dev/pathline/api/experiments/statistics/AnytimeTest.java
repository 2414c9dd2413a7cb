package dev.pathline.api.experiments.statistics;

import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * A test that may be looked at any time, until a planned number of observations is there: who looks every minute and stops at the
 * first difference is wrong as seldom as who looks once.
 *
 * <p>The standardised difference times the root of the share {@code t} of the observations that are there moves, where the arms do not
 * differ, as a Brownian motion {@code W(t)}. By the reflection principle it ever leaves {@code (-c, c)} before {@code t = 1} with the
 * probability {@code 4 (1 - Phi(c))} less what leaves on both sides: c = 2.241 for 0.05. These are the bounds of O'Brien and Fleming (1979)
 * with as many looks as one likes. A mixture test (Robbins 1970) has no end and pays for it: it needs about 1.9 times the observations of
 * one look for the same power at their number, this one 1.07 times.
 *
 * @param alpha how seldom it may be wrong where nothing differs, such as 0.05
 * @param planned the number of observations at which it ends, of all arms together
 */
public record AnytimeTest(double alpha, long planned) implements SequentialTest {

    private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);

    /** Checks both. */
    public AnytimeTest {
        if (!(alpha > 0 && alpha < 0.5) || planned < 1) {
            throw new IllegalArgumentException("alpha " + alpha + " and " + planned + " planned observations");
        }
    }

    /** The bound that the Brownian motion leaves with the probability alpha. */
    double bound() {
        // What leaves on both sides is below 1e-9 of it for every alpha that is allowed below 0.3, and makes the test careful.
        return NORMAL.inverseSurvivalProbability(alpha / 4);
    }

    /** @throws IllegalArgumentException if there are more observations than planned */
    @Override
    public Estimate estimate(double difference, double error, long observations) {
        if (observations > planned) {
            throw new IllegalArgumentException(observations + " observations are more than the planned " + planned);
        }
        return new Estimate(difference,
                Interval.around(difference, bound() * Math.sqrt((double) planned / observations) * error));
    }

    /**
     * Returns how probably it finds a difference before it ends.
     *
     * @param drift the difference over the standard error of its estimate with all planned observations
     */
    public double power(double drift) {
        double c = bound();
        double size = Math.abs(drift);
        return NORMAL.survivalProbability(c - size) + Math.exp(2 * c * size) * NORMAL.cumulativeProbability(-c - size);
    }
}
