package dev.pathline.benchmarks.load;

import dev.pathline.benchmarks.measure.Median;
import dev.pathline.engine.Model;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntConsumer;

/**
 * One step of a distilled model against twenty guided ones of its teacher by DPM-Solver++(2M), turn by turn: images a second,
 * sixteen at a time, by the engine in this process and through the server.
 */
public final class OneStep {

    private static final int IMAGES = 16;
    private static final int STEPS = 20;
    private static final String SOLVER = "dpm-solver++-2m";
    private static final double SCALE = 2;
    private static final int TURNS = 7;

    private final Duration turn;

    private OneStep(Duration turn) {
        this.turn = turn;
    }

    /**
     * Measures both, and prints what was found.
     *
     * @param time for all of it, about
     * @param teacher a model that comes with the sources, and that the server has
     * @param student another one
     */
    public static void compare(Server server, Duration time, String teacher, String student) {
        var measure = new OneStep(time.dividedBy(4L * TURNS));
        try (Model one = open(student); Model many = open(teacher)) {
            measure.compare("engine", seed -> one.sample(labels(seed)).seed(seed).steps(1).count(IMAGES).samples(),
                    seed -> many.sample(labels(seed)).seed(seed).solver(SOLVER).steps(STEPS).cfgScale(SCALE)
                            .count(IMAGES).samples());
        }
        measure.compare("server", seed -> server.generate(body(student, seed, "\"steps\":1")),
                seed -> server.generate(body(teacher, seed, String.format(Locale.ROOT,
                        "\"solver\":\"%s\",\"steps\":%d,\"cfgScale\":%s", SOLVER, STEPS, SCALE))));
    }

    private static Model open(String name) {
        return Model.open(Path.of("models", name, "1"));
    }

    private static int labels(int seed) {
        return seed % 10;
    }

    private static String body(String model, int seed, String settings) {
        return String.format(Locale.ROOT, "{\"model\":\"%s\",\"label\":%d,\"seed\":%d,\"count\":%d,%s}", model,
                labels(seed), seed, IMAGES, settings);
    }

    private void compare(String where, IntConsumer one, IntConsumer many) {
        // What is measured first would warm up for the other.
        imagesPerSecond(one);
        imagesPerSecond(many);
        List<Double> ones = new ArrayList<>();
        List<Double> manys = new ArrayList<>();
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < TURNS; i++) {
            ones.add(imagesPerSecond(one));
            manys.add(imagesPerSecond(many));
            ratios.add(ones.getLast() / manys.getLast());
        }
        System.out.printf(Locale.ROOT,
                "| %s | %.0f | %.1f | %.1f (%.1f to %.1f) |%n", where, Median.of(ones), Median.of(manys),
                Median.of(ratios), ratios.stream().mapToDouble(r -> r).min().orElseThrow(),
                ratios.stream().mapToDouble(r -> r).max().orElseThrow());
    }

    /** Makes sixteen images, again and again, for a turn. */
    private double imagesPerSecond(IntConsumer make) {
        long start = System.nanoTime();
        int made = 0;
        while (System.nanoTime() - start < turn.toNanos()) {
            make.accept(made);
            made++;
        }
        return IMAGES * made / ((System.nanoTime() - start) / 1e9);
    }
}
