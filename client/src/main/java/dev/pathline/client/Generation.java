package dev.pathline.client;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.pathline.common.wire.Webhook;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What {@code POST /generate} is asked for; what is left out is what the model or the server recommends. Immutable. Fields without a method
 * of their own, such as a solver's options, are set by {@link #with}. Ranges are checked by the server, which says what would be right.
 */
public final class Generation {

    private final Map<String, Object> fields;

    private Generation(Map<String, Object> fields) {
        this.fields = Collections.unmodifiableMap(fields);
    }

    /**
     * Samples of a model.
     *
     * @param model {@code name}, {@code name@version} or {@code name@alias}
     */
    public static Generation of(String model) {
        return new Generation(Map.of()).with("model", model);
    }

    /**
     * Samples of whatever arm an experiment assigns.
     *
     * @param subject for whom, so that the arm is the same every time
     */
    public static Generation ofExperiment(String experiment, String subject) {
        return new Generation(Map.of()).with("experiment", experiment).with("subject", subject);
    }

    /** Returns the same with a field of the contract; replaces what was set before. */
    public Generation with(String field, Object value) {
        var all = new LinkedHashMap<>(fields);
        all.put(field, value);
        return new Generation(all);
    }

    /** How many, 1..64 images or 1..2000 vectors. */
    public Generation count(int count) {
        return with("count", count);
    }

    /** The class, by its name. */
    public Generation label(String name) {
        return with("label", name);
    }

    /** The class, by its index. */
    public Generation label(int index) {
        return with("label", index);
    }

    /** The solver, see {@code GET /solvers}. */
    public Generation solver(String solver) {
        return with("solver", solver);
    }

    /** Solver steps, 1..1000. */
    public Generation steps(int steps) {
        return with("steps", steps);
    }

    /** The schedule's times at which the steps start, decreasing, instead of {@link #steps}. */
    public Generation times(List<Double> times) {
        return with("times", List.copyOf(times));
    }

    /** Guidance, 0..30; 1 is off. */
    public Generation cfgScale(double scale) {
        return with("cfgScale", scale);
    }

    /** The seed: the same seed and settings give the same samples. */
    public Generation seed(long seed) {
        return with("seed", Long.toString(seed));
    }

    /** How soon it must have ended, from its acceptance on. */
    public Generation deadline(Duration time) {
        return with("deadlineMs", time.toMillis());
    }

    /** Whether the samples must be the same bits whatever else is computed with them. */
    public Generation strict(boolean strict) {
        return with("strict", strict);
    }

    /** What the job carries with it, at most 16 strings. */
    public Generation metadata(Map<String, String> metadata) {
        return with("metadata", Map.copyOf(metadata));
    }

    /** Who is told when the job has ended. */
    public Generation webhook(Webhook webhook) {
        return with("webhook", webhook);
    }

    /** The fields as they are sent. */
    @JsonValue
    public Map<String, Object> fields() {
        return fields;
    }
}
