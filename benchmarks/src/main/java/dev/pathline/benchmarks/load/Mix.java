package dev.pathline.benchmarks.load;

import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/** Bodies of {@code POST /generate}: one after the other, the same sequence for the same seed. Safe for many threads. */
public final class Mix {

    private static final List<String> SOLVERS = List.of("euler", "ddim", "dpm-solver++-2m", "heun", "unipc-2",
            "euler-ancestral");
    private static final List<String> COMMON = List.of("euler", "dpm-solver++-2m", "heun", "unipc-2");
    private static final List<String> LABELS = List.of("t-shirt", "trouser", "pullover", "dress", "coat", "sandal",
            "shirt", "sneaker", "bag", "ankle boot");
    private static final int MAX_STEPS = 50;

    private final String model;
    private final Kind kind;
    private final SplittableRandom random;

    /** What requests ask for. */
    public enum Kind {
        /** Solvers, 1 to 50 steps, guidance on and off, its scales: all at random. */
        MIXED,
        /** The same with those solvers alone that diffusers has for flow matching. */
        COMMON,
        /** Twenty steps of Euler with guidance. */
        EQUAL,
        /** The same, each the same bits whatever is computed with it. */
        STRICT,
        /** One step without guidance. */
        SHORT,
        /** Fifty steps with guidance. */
        LONG
    }

    /** A sequence of requests. */
    public Mix(String model, Kind kind, long seed) {
        this.model = model;
        this.kind = kind;
        this.random = new SplittableRandom(seed);
    }

    /** Returns the next body. */
    public String next() {
        return next("");
    }

    /**
     * Returns the next body.
     *
     * @param more further fields, each with a comma before it
     */
    public synchronized String next(String more) {
        String label = LABELS.get(random.nextInt(LABELS.size()));
        long seed = random.nextInt(Integer.MAX_VALUE);
        return switch (kind) {
            case EQUAL -> body(label, seed, "euler", 20, 2, more);
            case STRICT -> body(label, seed, "euler", 20, 2, more + ",\"strict\":true");
            case SHORT -> body(label, seed, "euler", 1, 1, more);
            case LONG -> body(label, seed, "euler", 50, 2, more);
            case MIXED -> random(label, seed, SOLVERS, more);
            case COMMON -> random(label, seed, COMMON, more);
        };
    }

    private String random(String label, long seed, List<String> solvers, String more) {
        String solver = solvers.get(random.nextInt(solvers.size()));
        int steps = random.nextInt(1, MAX_STEPS + 1);
        return body(label, seed, solver, steps, random.nextBoolean() ? 1 : 1 + 0.5 * random.nextInt(1, 9), more);
    }

    private String body(String label, long seed, String solver, int steps, double scale, String more) {
        return String.format(Locale.ROOT,
                "{\"model\":\"%s\",\"label\":\"%s\",\"seed\":%d,\"solver\":\"%s\",\"steps\":%d,\"cfgScale\":%s%s}",
                model,
                label, seed, solver, steps, scale, more);
    }
}
