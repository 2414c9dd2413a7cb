package dev.pathline.diffusion.solver;

import dev.pathline.diffusion.grid.TimeGrids;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What there is to know about a solver before it runs.
 *
 * @param name the solver's name in the API
 * @param order the order of convergence, which tests measure; for a stochastic solver the weak order
 * @param evaluationsPerStep model evaluations per outer step, the last step aside
 * @param deterministic whether the sample is a function of its starting noise, with the default {@code eta}
 * @param adaptive whether the solver chooses its own steps
 * @param flowMap whether it needs a flow map rather than the instantaneous field
 * @param multistep whether it uses predictions of earlier steps
 * @param unfitTimeGrids names of the time grids it must not be used with
 * @param defaultTimeGrid the time grid to use when neither the request nor the model names one; it must do on every
 *        schedule, as {@code time} does not (evenly spaced noise levels waste nearly all steps of EDM)
 * @param defaultEta the stochasticity when none is asked for, or null where the solver has no such setting
 * @param source the publication, with its arXiv number
 */
public record SolverInfo(
        String name,
        int order,
        int evaluationsPerStep,
        boolean deterministic,
        boolean adaptive,
        boolean flowMap,
        boolean multistep,
        Set<String> unfitTimeGrids,
        String defaultTimeGrid,
        @Nullable Double defaultEta,
        String source) {

    /** Takes a copy of the set. */
    public SolverInfo {
        unfitTimeGrids = Set.copyOf(unfitTimeGrids);
    }

    /** Returns the names of the time grids that the solver may be used with. */
    public List<String> timeGrids() {
        return TimeGrids.names().stream().filter(name -> !unfitTimeGrids.contains(name)).toList();
    }

    /** Returns the facts of a deterministic, one-evaluation, single-step solver that takes every time grid. */
    static SolverInfo of(String name, int order, String defaultTimeGrid, String source) {
        return new SolverInfo(name, order, 1, true, false, false, false, Set.of(), defaultTimeGrid, null, source);
    }

    SolverInfo withEvaluationsPerStep(int evaluations) {
        return new SolverInfo(name, order, evaluations, deterministic, adaptive, flowMap, multistep, unfitTimeGrids,
                defaultTimeGrid, defaultEta, source);
    }

    SolverInfo asMultistep() {
        return new SolverInfo(name, order, evaluationsPerStep, deterministic, adaptive, flowMap, true, unfitTimeGrids,
                defaultTimeGrid, defaultEta, source);
    }

    SolverInfo asStochastic() {
        return new SolverInfo(name, order, evaluationsPerStep, false, adaptive, flowMap, multistep, unfitTimeGrids,
                defaultTimeGrid, defaultEta, source);
    }

    SolverInfo withEta(double eta) {
        return new SolverInfo(name, order, evaluationsPerStep, eta == 0, adaptive, flowMap, multistep, unfitTimeGrids,
                defaultTimeGrid, eta, source);
    }
}
