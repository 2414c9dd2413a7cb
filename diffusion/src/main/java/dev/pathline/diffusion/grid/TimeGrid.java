package dev.pathline.diffusion.grid;

import java.util.Arrays;

/**
 * The times of a solver's steps: {@code N + 1} strictly decreasing times for {@code N} steps, in the schedule's time.
 * The last may be 0, where {@code sigma = 0}: the step that ends there returns the prediction of {@code x_0}.
 */
public final class TimeGrid {
    private final String name;
    private final double[] times;

    /**
     * Makes a grid of explicit times.
     *
     * @param name the grid's name, for reports
     * @param times the times, at least two, finite, not negative, strictly decreasing; copied
     * @throws IllegalArgumentException if {@code times} is not so; the message names the grid and the offending times
     */
    public TimeGrid(String name, double... times) {
        this.name = name;
        this.times = times.clone();
        if (times.length < 2) {
            throw new IllegalArgumentException(
                    "time grid '" + name + "' needs at least two times, not " + times.length);
        }
        for (int i = 0; i < times.length; i++) {
            if (!Double.isFinite(times[i]) || times[i] < 0) {
                throw new IllegalArgumentException("time grid '" + name + "': time " + i + " is " + times[i]
                        + ", but must be finite and not negative");
            }
            if (i > 0 && times[i] >= times[i - 1]) {
                throw new IllegalArgumentException("time grid '" + name + "' must decrease strictly, but time " + i
                        + " is " + times[i] + " after " + times[i - 1]);
            }
        }
    }

    /** Returns the grid's name. */
    public String name() {
        return name;
    }

    /** Returns the number of steps, one less than the number of times. */
    public int steps() {
        return times.length - 1;
    }

    /** Returns the time at which step {@code i} starts, and step {@code i - 1} ends; {@code i} in {@code 0..steps()}. */
    public double time(int i) {
        return times[i];
    }

    /** Returns the first and largest time. */
    public double start() {
        return times[0];
    }

    /** Returns the last and smallest time. */
    public double end() {
        return times[times.length - 1];
    }

    /** Returns a copy of the times. */
    public double[] times() {
        return times.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TimeGrid grid && name.equals(grid.name) && Arrays.equals(times, grid.times);
    }

    @Override
    public int hashCode() {
        return 31 * name.hashCode() + Arrays.hashCode(times);
    }

    @Override
    public String toString() {
        return name + Arrays.toString(times);
    }
}
