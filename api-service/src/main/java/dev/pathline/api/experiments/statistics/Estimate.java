package dev.pathline.api.experiments.statistics;

/**
 * A number that is not known exactly.
 *
 * @param value the best guess
 * @param interval where it is, with the confidence that was asked for
 */
public record Estimate(double value, Interval interval) {

    /** Returns whether the interval leaves out a value: it is then known that the number is another one. */
    public boolean excludes(double other) {
        return !interval.contains(other);
    }
}
