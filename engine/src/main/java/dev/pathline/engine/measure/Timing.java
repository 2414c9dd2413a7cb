package dev.pathline.engine.measure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;

/**
 * How long something takes.
 *
 * @param seconds the median of all runs but the first ones
 * @param runs how many runs that are
 */
public record Timing(double seconds, int runs) {

    /** The first runs fill caches and choose kernels. */
    private static final int WARM_UP = 2;

    private static final int FEWEST = 5;

    /**
     * Repeats something for as long as {@code budget} says, but at least {@value #FEWEST} times after the warm-up, which
     * does not count. The median forgives the moments when the machine was busy with something else.
     */
    public static Timing of(Runnable run, Duration budget) {
        for (int i = 0; i < WARM_UP; i++) {
            run.run();
        }
        var seconds = new ArrayList<Double>();
        long begin = System.nanoTime();
        while (seconds.size() < FEWEST || System.nanoTime() - begin < budget.toNanos()) {
            long start = System.nanoTime();
            run.run();
            seconds.add((System.nanoTime() - start) / 1e9);
        }
        Collections.sort(seconds);
        return new Timing((seconds.get((seconds.size() - 1) / 2) + seconds.get(seconds.size() / 2)) / 2,
                seconds.size());
    }
}
