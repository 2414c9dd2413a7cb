package dev.pathline.diffusion.grid;

import dev.pathline.diffusion.schedule.NoiseSchedule;
import java.util.Arrays;
import java.util.List;

/**
 * A grid of times that somebody chose: those at which the steps start, so as many as there are steps. Where the last step
 * ends is not among them. Two jumps of a consistency model by way of {@code t = 0.8} are {@code [1, 0.8]} on a schedule
 * whose largest time is 1.
 */
public final class GivenTimes {

    /** The name of the grid. */
    public static final String NAME = "given";

    private GivenTimes() {}

    /**
     * Makes the grid.
     *
     * @param starts the schedule's times, strictly decreasing, from at most its largest to at least its smallest. The first
     *        is where sampling starts: usually the largest, of which alone it is known that the sample is noise.
     * @param end where the last step ends, at least 0
     * @throws IllegalArgumentException if there is none, or they are not so; the message says what is accepted
     */
    public static TimeGrid of(NoiseSchedule schedule, List<Double> starts, double end) {
        double[] times = new double[starts.size() + 1];
        if (starts.isEmpty()) {
            throw new IllegalArgumentException("must name at least one time, that of the first step's start");
        }
        double before = Double.POSITIVE_INFINITY;
        for (int i = 0; i < starts.size(); i++) {
            double time = starts.get(i);
            if (!(time >= schedule.minTime() && time <= schedule.maxTime() && time > end)) {
                throw new IllegalArgumentException("must be times of the schedule, from " + schedule.maxTime()
                        + " (noise) to " + (schedule.minTime() > end ? "" : "more than ") + schedule.minTime()
                        + " (data), not " + time);
            }
            if (!(time < before)) {
                throw new IllegalArgumentException("must decrease, but " + time + " comes after " + before);
            }
            times[i] = time;
            before = time;
        }
        times[starts.size()] = end;
        return new TimeGrid(NAME, times);
    }

    /** Returns the times at which the steps of a grid start, if it is one of given times; else an empty list. */
    public static List<Double> startsOf(TimeGrid grid) {
        return grid.name().equals(NAME)
                ? Arrays.stream(grid.times()).limit(grid.steps()).boxed().toList()
                : List.of();
    }
}
