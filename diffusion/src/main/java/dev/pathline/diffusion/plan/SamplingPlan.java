package dev.pathline.diffusion.plan;

import java.util.List;
import java.util.Objects;

/**
 * A solver plan bound to a model: everything an executor needs but the network, the label and the noise.
 *
 * <p>An executor starts with {@code X = Y = initialScale * Z}. For each stage it evaluates the network at {@code X} where
 * the stage has a call, shifts the new value into the history, draws noise where {@link Stage#needsNoise}, and computes
 * both registers from their old values. After the last stage the sample is {@code X}.
 *
 * @param solver the solver's name
 * @param timeGrid the time grid's name
 * @param times the schedule's times at which the outer steps start, where they were chosen; empty for a grid with a name
 * @param steps the number of outer steps
 * @param cfgScale the guidance scale where guidance is on; 1 is off
 * @param initialScale the standard deviation of the noise a trajectory starts from
 * @param stages the stages in order
 */
public record SamplingPlan(
        String solver,
        String timeGrid,
        List<Double> times,
        int steps,
        double cfgScale,
        double initialScale,
        List<Stage> stages) {

    /** Takes copies. */
    public SamplingPlan {
        times = List.copyOf(times);
        stages = List.copyOf(stages);
    }

    /** Returns how often the network is evaluated for one sample, guidance not counted. */
    public int evaluations() {
        return (int) stages.stream().map(Stage::call).filter(Objects::nonNull).count();
    }

    /** Returns how often a sample draws noise on its way, the noise that it starts from not counted. */
    public int draws() {
        return (int) stages.stream().filter(Stage::needsNoise).count();
    }

    /** Returns how many rows of network evaluation one sample costs. */
    public int rows() {
        return stages.stream().mapToInt(Stage::rows).sum();
    }
}
