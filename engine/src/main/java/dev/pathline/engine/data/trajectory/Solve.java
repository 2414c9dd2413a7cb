package dev.pathline.engine.data.trajectory;

import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.guidance.CfgInterval;
import dev.pathline.diffusion.plan.SamplingPlan;
import dev.pathline.diffusion.planner.SamplingSettings;
import dev.pathline.diffusion.solver.SolverOption;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How a teacher solves its ODE, nothing left to defaults.
 *
 * @param solver the solver's name
 * @param steps the number of its steps
 * @param timeGrid the time grid's name
 * @param times the times at which the steps start, where they were chosen; empty for a grid with a name
 * @param cfgScale the guidance scale; 1 is off
 * @param cfgInterval where guidance is on, in {@code sigma/alpha}
 * @param cfgRescale how far guidance is brought back to the spread of the labelled prediction
 * @param threshold what is done to the prediction of the data: {@code none}, {@code clip} or {@code dynamic}
 * @param options what else was chosen of the solver, by name
 */
public record Solve(
        String solver,
        int steps,
        String timeGrid,
        List<Double> times,
        double cfgScale,
        CfgInterval cfgInterval,
        double cfgRescale,
        String threshold,
        SortedMap<String, Double> options) {

    /** Takes copies. */
    public Solve {
        times = List.copyOf(times);
        options = new TreeMap<>(options);
    }

    /** Returns what settings come to, which {@code plan} was made from. */
    static Solve of(ModelCard card, SamplingSettings settings, SamplingPlan plan) {
        boolean guided = plan.cfgScale() != 1;
        var options = new TreeMap<String, Double>();
        for (Map.Entry<SolverOption, Double> option : settings.options().entrySet()) {
            options.put(option.getKey().wire(), option.getValue());
        }
        String threshold = settings.threshold() == null ? card.defaults().threshold() : settings.threshold();
        return new Solve(plan.solver(), plan.steps(), plan.timeGrid(), plan.times(), plan.cfgScale(),
                guided ? Objects.requireNonNullElse(settings.cfgInterval(), CfgInterval.ALWAYS) : CfgInterval.ALWAYS,
                guided ? Objects.requireNonNullElse(settings.cfgRescale(), 0.0) : 0,
                Objects.requireNonNullElse(threshold, "none"), options);
    }
}
