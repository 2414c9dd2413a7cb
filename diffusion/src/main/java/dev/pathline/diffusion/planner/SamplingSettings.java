package dev.pathline.diffusion.planner;

import dev.pathline.diffusion.guidance.CfgInterval;
import dev.pathline.diffusion.solver.SolverOption;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a request may ask of a sampler; null leaves the choice to the model's card.
 *
 * @param solver the solver's name
 * @param steps the number of outer steps, 1 to 1000
 * @param timeGrid the time grid's name
 * @param times the schedule's times at which the steps start, decreasing; then neither steps nor time grid are asked for
 * @param cfgScale the guidance scale {@code w} in {@code u + w (c - u)}, 0 to 30; 1 is off
 * @param cfgInterval where guidance is on, in {@code sigma / alpha}; null is everywhere
 * @param cfgRescale how far guidance is brought back to the spread of the labelled prediction, 0 to 1; null is 0
 * @param options what the solver lets one choose beside the time grid; what is missing is the solver's default
 * @param threshold {@code none}, {@code clip} or {@code dynamic}: what is done to the prediction of {@code x_0};
 *        null is the card's
 * @param noise {@code independent} or {@code brownian}: how the noise of a stochastic solver's steps is related; null is
 *        independent
 * @param conditional whether the sample has a label; without one there is nothing to guide towards, and the guidance
 *        scale is taken as 1 whatever it says
 */
public record SamplingSettings(
        @Nullable String solver,
        @Nullable Integer steps,
        @Nullable String timeGrid,
        @Nullable List<Double> times,
        @Nullable Double cfgScale,
        @Nullable CfgInterval cfgInterval,
        @Nullable Double cfgRescale,
        Map<SolverOption, Double> options,
        @Nullable String threshold,
        @Nullable String noise,
        boolean conditional) {

    private static final List<String> NAMES = List.of("solver", "steps", "timeGrid", "times", "cfgScale", "cfgInterval",
            "cfgRescale", "threshold", "noise");

    /** Takes copies, in the order of the options. */
    public SamplingSettings {
        times = times == null ? null : List.copyOf(times);
        var ordered = new EnumMap<SolverOption, Double>(SolverOption.class);
        ordered.putAll(options);
        options = Collections.unmodifiableMap(ordered);
    }

    /** Settings without times of their own. */
    public SamplingSettings(@Nullable String solver, @Nullable Integer steps, @Nullable String timeGrid,
            @Nullable Double cfgScale, @Nullable CfgInterval cfgInterval, @Nullable Double cfgRescale,
            Map<SolverOption, Double> options, @Nullable String threshold, @Nullable String noise,
            boolean conditional) {
        this(solver, steps, timeGrid, null, cfgScale, cfgInterval, cfgRescale, options, threshold, noise, conditional);
    }

    /** Returns the settings that leave everything to the card. */
    public static SamplingSettings defaults(boolean conditional) {
        return new SamplingSettings(null, null, null, null, null, null, Map.of(), null, null, conditional);
    }

    /** Returns these settings with another solver. */
    public SamplingSettings withSolver(@Nullable String value) {
        return new SamplingSettings(value, steps, timeGrid, times, cfgScale, cfgInterval, cfgRescale, options,
                threshold,
                noise,
                conditional);
    }

    /** Returns these settings with another number of steps. */
    public SamplingSettings withSteps(@Nullable Integer value) {
        return new SamplingSettings(solver, value, timeGrid, times, cfgScale, cfgInterval, cfgRescale, options,
                threshold,
                noise,
                conditional);
    }

    /** Returns these settings with another time grid. */
    public SamplingSettings withTimeGrid(@Nullable String value) {
        return new SamplingSettings(solver, steps, value, times, cfgScale, cfgInterval, cfgRescale, options, threshold,
                noise,
                conditional);
    }

    /** Returns these settings with other times at which the steps start, or with none of their own. */
    public SamplingSettings withTimes(@Nullable List<Double> value) {
        return new SamplingSettings(solver, steps, timeGrid, value, cfgScale, cfgInterval, cfgRescale, options,
                threshold,
                noise, conditional);
    }

    /** Returns the number of steps that these settings ask for; null leaves it to the card. */
    public @Nullable Integer stepCount() {
        return times == null ? steps : (Integer) times.size();
    }

    /** Returns these settings with another guidance scale. */
    public SamplingSettings withCfgScale(@Nullable Double value) {
        return new SamplingSettings(solver, steps, timeGrid, times, value, cfgInterval, cfgRescale, options, threshold,
                noise,
                conditional);
    }

    /** Returns these settings with another guidance interval. */
    public SamplingSettings withCfgInterval(@Nullable CfgInterval value) {
        return new SamplingSettings(solver, steps, timeGrid, times, cfgScale, value, cfgRescale, options, threshold,
                noise,
                conditional);
    }

    /** Returns these settings with another rescale of guidance. */
    public SamplingSettings withCfgRescale(@Nullable Double value) {
        return new SamplingSettings(solver, steps, timeGrid, times, cfgScale, cfgInterval, value, options, threshold,
                noise,
                conditional);
    }

    /** Returns these settings with another stochasticity, {@link SolverOption#ETA}. */
    public SamplingSettings withEta(@Nullable Double value) {
        return withOption(SolverOption.ETA, value);
    }

    /** Returns these settings with another value of one of the solver's options, or with its default. */
    public SamplingSettings withOption(SolverOption option, @Nullable Double value) {
        var changed = new HashMap<>(options);
        if (value == null) {
            changed.remove(option);
        } else {
            changed.put(option, value);
        }
        return withOptions(changed);
    }

    /** Returns these settings with other options of the solver; what is missing is its default. */
    public SamplingSettings withOptions(Map<SolverOption, Double> values) {
        return new SamplingSettings(solver, steps, timeGrid, times, cfgScale, cfgInterval, cfgRescale, values,
                threshold,
                noise,
                conditional);
    }

    /** Returns these settings with another threshold. */
    public SamplingSettings withThreshold(@Nullable String value) {
        return new SamplingSettings(solver, steps, timeGrid, times, cfgScale, cfgInterval, cfgRescale, options, value,
                noise,
                conditional);
    }

    /** Returns these settings with another kind of noise. */
    public SamplingSettings withNoise(@Nullable String value) {
        return new SamplingSettings(solver, steps, timeGrid, times, cfgScale, cfgInterval, cfgRescale, options,
                threshold,
                value,
                conditional);
    }

    /** Returns these settings for a sample with a label, or for one without. */
    public SamplingSettings withConditional(boolean value) {
        return new SamplingSettings(solver, steps, timeGrid, times, cfgScale, cfgInterval, cfgRescale, options,
                threshold,
                noise, value);
    }

    /** Returns the names of all settings, the solver's options among them, as {@link #without} takes them. */
    public static List<String> names() {
        return Stream.concat(NAMES.stream(), Arrays.stream(SolverOption.values()).map(SolverOption::wire)).toList();
    }

    /** Returns the names of the settings that are not left to the card. */
    public List<String> given() {
        return names().stream().filter(name -> !without(name).equals(this)).toList();
    }

    /** Returns these settings without the one of that name, or these settings where there is none. */
    public SamplingSettings without(String name) {
        return switch (name) {
            case "solver" -> withSolver(null);
            case "steps" -> withSteps(null);
            case "timeGrid" -> withTimeGrid(null);
            case "times" -> withTimes(null);
            case "cfgScale" -> withCfgScale(null);
            case "cfgInterval" -> withCfgInterval(null);
            case "cfgRescale" -> withCfgRescale(null);
            case "threshold" -> withThreshold(null);
            case "noise" -> withNoise(null);
            default -> SolverOption.named(name).map(option -> withOption(option, null)).orElse(this);
        };
    }
}
