package dev.pathline.api.experiments.statistics;

/** A difference with an interval that holds for all looks at once: who looks every minute is wrong as seldom as who looks once. */
public interface SequentialTest {

    /**
     * Returns a difference with its interval.
     *
     * @param difference what was found
     * @param error its standard error, as of one look
     * @param observations of how many
     */
    Estimate estimate(double difference, double error, long observations);

    /**
     * Returns {@code second - first} of the means. An observation is one of either arm.
     *
     * @throws IllegalArgumentException if an arm has fewer than two observations
     */
    default Estimate ofMeans(Moments first, Moments second) {
        if (Math.min(first.count(), second.count()) < Differences.FEWEST) {
            throw new IllegalArgumentException("a difference needs two observations of each arm");
        }
        return estimate(second.mean() - first.mean(), Math.sqrt(first.squaredError() + second.squaredError()),
                first.count() + second.count());
    }

    /**
     * Returns the mean of the differences within pairs. An observation is a pair.
     *
     * @throws IllegalArgumentException if there are fewer than two
     */
    default Estimate ofPairs(Moments differences) {
        if (differences.count() < Differences.FEWEST) {
            throw new IllegalArgumentException("a difference needs two pairs");
        }
        return estimate(differences.mean(), Math.sqrt(differences.squaredError()), differences.count());
    }
}
