package dev.pathline.common.access;

/**
 * How much a key may ask for.
 *
 * @param requestsPerMinute requests that make jobs or runs, a minute on average and at most so many at once; 0 is without limit
 * @param jobs how many of its jobs may not have ended at the same time; 0 is without limit
 */
public record KeyLimits(int requestsPerMinute, int jobs) {

    /** Without limits. */
    public static final KeyLimits NONE = new KeyLimits(0, 0);

    /** @throws IllegalArgumentException if one of them is negative */
    public KeyLimits {
        if (requestsPerMinute < 0 || jobs < 0) {
            throw new IllegalArgumentException("the limits of a key are 0, for none, or more");
        }
    }

    /** Returns how many of its jobs may not have ended when another one comes, as a number that is never 0. */
    public int mostJobs() {
        return jobs == 0 ? Integer.MAX_VALUE : jobs;
    }
}
