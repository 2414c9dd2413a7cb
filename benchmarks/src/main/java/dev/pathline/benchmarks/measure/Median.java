package dev.pathline.benchmarks.measure;

import java.util.List;

/** The middle of some numbers. */
public final class Median {

    private Median() {}

    /** Returns the median, of an even number of values the upper one; there must be one at least. */
    public static double of(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }
}
