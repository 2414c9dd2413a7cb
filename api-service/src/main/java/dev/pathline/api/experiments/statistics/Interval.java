package dev.pathline.api.experiments.statistics;

/**
 * A confidence interval.
 *
 * @param low its lower end, at most {@code high}
 * @param high its upper end
 */
public record Interval(double low, double high) {

    /** Checks the order. */
    public Interval {
        if (!(low <= high)) {
            throw new IllegalArgumentException("an interval from " + low + " to " + high);
        }
    }

    static Interval around(double middle, double half) {
        return new Interval(middle - half, middle + half);
    }

    /** Returns whether a value is in it. */
    public boolean contains(double value) {
        return low <= value && value <= high;
    }

    /** Returns its length. */
    public double width() {
        return high - low;
    }
}
