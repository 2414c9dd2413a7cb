package dev.pathline.engine.measure;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * How long an evaluation of so many rows takes, learnt from those that are made: an average of recent times for each of some
 * sizes, and lines between them.
 *
 * <p>Not safe for use by many threads.
 */
public final class BatchTimes {

    /** The weight of the newest time, once there were as many that the average is one. */
    private static final double NEWEST = 0.05;
    /** Above these, sizes are taken together: a table of a few dozen is learnt in seconds. */
    private static final int EXACT = 16;
    private static final int FINE = 64;

    private final NavigableMap<Integer, Average> sizes = new TreeMap<>();

    /** Takes in what an evaluation of so many rows, at least one, took. */
    public void learn(int rows, double millis) {
        int size = size(rows);
        sizes.computeIfAbsent(size, _ -> new Average()).add(millis * size / rows);
    }

    /** Returns what an evaluation of so many rows is expected to take, in milliseconds; empty if nothing was learnt. */
    public OptionalDouble millis(int rows) {
        if (sizes.isEmpty()) {
            return OptionalDouble.empty();
        }
        Map.Entry<Integer, Average> low = sizes.floorEntry(rows);
        Map.Entry<Integer, Average> high = sizes.ceilingEntry(rows);
        if (low == null) {
            // Between in proportion and no faster at all.
            double time = high.getValue().mean;
            return OptionalDouble.of(time * (1 + (double) rows / high.getKey()) / 2);
        }
        if (high == null) {
            return OptionalDouble.of(low.getValue().mean * rows / low.getKey());
        }
        if (low.getKey().equals(high.getKey())) {
            return OptionalDouble.of(low.getValue().mean);
        }
        double share = (rows - low.getKey()) / (double) (high.getKey() - low.getKey());
        return OptionalDouble.of(low.getValue().mean + share * (high.getValue().mean - low.getValue().mean));
    }

    /** Returns the rows a second of an evaluation of so many rows; empty if nothing was learnt. */
    public OptionalDouble rowsPerSecond(int rows) {
        OptionalDouble millis = millis(rows);
        return millis.isPresent() ? OptionalDouble.of(rows * 1000 / millis.getAsDouble()) : millis;
    }

    /** Returns the milliseconds by size, to be kept. */
    public Map<Integer, Double> known() {
        var known = new LinkedHashMap<Integer, Double>();
        sizes.forEach((size, average) -> known.put(size, average.mean));
        return known;
    }

    /** Takes up what was {@linkplain #known() kept}; what is learnt from here on soon counts more. */
    public void recall(Map<Integer, Double> kept) {
        kept.forEach((size, millis) -> sizes.computeIfAbsent(size(size), _ -> new Average()).add(millis));
    }

    private static int size(int rows) {
        int step = rows <= EXACT ? 1 : rows <= FINE ? 4 : 16;
        return Math.ceilDiv(rows, step) * step;
    }

    private static final class Average {

        private double mean;
        private int count;

        void add(double value) {
            count++;
            mean += Math.max(1.0 / count, NEWEST) * (value - mean);
        }
    }
}
