package dev.pathline.diffusion.card;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The settings that a model recommends, for a request that gives none.
 *
 * @param solver the solver's name
 * @param steps the number of steps, at least 1
 * @param timeGrid the name of the time grid that suits the model, for every solver that accepts it, or null for
 *        the solver's own default
 * @param times the schedule's times at which the steps of this solver start, as many as {@code steps}, or null for those of
 *        the time grid
 * @param cfgScale the guidance scale for labelled samples; 1 is off
 * @param threshold {@code none}, {@code clip} or {@code dynamic}, what is done to the prediction of {@code x_0}; null is
 *        {@code none}
 */
public record SamplingDefaults(
        String solver,
        int steps,
        @Nullable String timeGrid,
        @Nullable List<Double> times,
        double cfgScale,
        @Nullable String threshold) {

    /** DPM-Solver++(2M) with 20 steps, without guidance. */
    public static final SamplingDefaults DEFAULT = new SamplingDefaults("dpm-solver++-2m", 20, null, 1);

    private static final SamplingDefaults CONSISTENCY = new SamplingDefaults("consistency", 2, null, 1);

    /** Takes a copy of the times. */
    public SamplingDefaults {
        times = times == null ? null : List.copyOf(times);
    }

    /** Settings whose times are those of a grid. */
    public SamplingDefaults(String solver, int steps, @Nullable String timeGrid, double cfgScale,
            @Nullable String threshold) {
        this(solver, steps, timeGrid, null, cfgScale, threshold);
    }

    /** Returns these settings with a step for each of some times. */
    public SamplingDefaults withTimes(List<Double> values) {
        return new SamplingDefaults(solver, values.size(), timeGrid, values, cfgScale, threshold);
    }

    /** Settings without a threshold. */
    public SamplingDefaults(String solver, int steps, @Nullable String timeGrid, double cfgScale) {
        this(solver, steps, timeGrid, cfgScale, null);
    }

    /** Returns these settings with the nearest scale that is to be had. */
    public SamplingDefaults fitting(ModelGuidance guidance) {
        return new SamplingDefaults(solver, steps, timeGrid, times, switch (guidance) {
            case ModelGuidance.ClassifierFree _ -> cfgScale;
            case ModelGuidance.BakedIn(double scale) -> scale;
            case ModelGuidance.Input input -> input.nearest(cfgScale);
        }, threshold);
    }

    /** Returns what is recommended for a model of that kind of which no more is known. */
    public static SamplingDefaults of(ModelKind kind) {
        return kind == ModelKind.CONSISTENCY ? CONSISTENCY : DEFAULT;
    }
}
