package dev.pathline.benchmarks.peers;

import dev.pathline.benchmarks.measure.Median;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/** The milliseconds of every turn of our sides and Python's, which follow each other. */
final class Rounds {

    private static final int ROUNDS = 7;
    private static final int MOST = 50;

    private final double turnMillis;
    private final Map<String, List<Double>> millis = new LinkedHashMap<>();

    private Rounds(double turnMillis) {
        this.turnMillis = turnMillis;
    }

    /**
     * Takes turns.
     *
     * @param turnMillis about how long a turn is; at least one piece of work is done in each
     */
    static Rounds of(List<? extends Side> ours, List<? extends Side> theirs, double turnMillis) {
        var rounds = new Rounds(turnMillis);
        for (int round = 0; round < ROUNDS; round++) {
            ours.forEach(side -> rounds.turn(side.name(), side));
            theirs.forEach(side -> rounds.turn(python(side.name()), side));
        }
        return rounds;
    }

    /** Returns what a setting of Python is called here. */
    static String python(String setting) {
        return "python " + setting;
    }

    private void turn(String name, Side side) {
        int times = (int) Math.clamp(turnMillis / side.millis(1), 1, MOST);
        millis.computeIfAbsent(name, key -> new ArrayList<>()).add(side.millis(times));
    }

    /** Returns the name of the fastest by the median of its turns. */
    String fastest(List<String> names) {
        return names.stream().min(Comparator.comparingDouble(this::median)).orElseThrow();
    }

    /** Returns how many times as fast {@code a} is as {@code b}: the median over the rounds. */
    double ratio(String a, String b) {
        return Median.of(IntStream.range(0, ROUNDS).mapToObj(i -> turns(b).get(i) / turns(a).get(i)).toList());
    }

    /** Returns the median milliseconds and the name, for a table. */
    String cell(String name) {
        return String.format(Locale.ROOT, "%.1f (%s)", median(name), name.replace(python(""), ""));
    }

    /** Returns the median milliseconds of a side's turns. */
    double median(String name) {
        return Median.of(turns(name));
    }

    private List<Double> turns(String name) {
        return millis.getOrDefault(name, List.of());
    }
}
