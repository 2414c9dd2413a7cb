package dev.pathline.engine.data;

/**
 * The standard deviation of values around their mean, as they come. Welford's running mean: squares of differences, not
 * differences of squares.
 */
public final class RunningDeviation {

    private double mean;
    private double squares;
    private double count;

    /** Adds a value. */
    public void add(float value) {
        count++;
        double difference = value - mean;
        mean += difference / count;
        squares += difference * (value - mean);
    }

    /** Returns the standard deviation of the values so far; NaN of none. */
    public double value() {
        return Math.sqrt(squares / count);
    }
}
