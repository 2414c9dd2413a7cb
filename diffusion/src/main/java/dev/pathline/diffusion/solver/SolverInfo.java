package dev.pathline.diffusion.solver;

import dev.pathline.diffusion.grid.TimeGrids;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What there is to know about a solver before it runs.
 *
 * @param name the solver's name in the API
 * @param order the order of convergence, which tests measure; for a stochastic solver the weak order
 * @param evaluationsPerStep model evaluations per outer step, the last step aside, with the default options
 * @param deterministic whether the sample is a function of its starting noise, with the default options
 * @param adaptive whether the solver chooses its own steps
 * @param needs what it needs of a model
 * @param multistep whether it uses predictions of earlier steps
 * @param unfitTimeGrids names of the time grids it must not be used with
 * @param defaultTimeGrid the time grid to use when neither the request nor the model names one, where it fits the
 *        schedule; see {@link #defaultTimeGrid(NoiseSchedule)}
 * @param options what can be chosen beside the time grid, with the defaults
 * @param source the publication: authors, arXiv number, equation or algorithm
 */
public record SolverInfo(
        String name,
        int order,
        int evaluationsPerStep,
        boolean deterministic,
        boolean adaptive,
        Needs needs,
        boolean multistep,
        Set<String> unfitTimeGrids,
        String defaultTimeGrid,
        SolverOptions options,
        String source) {

    private static final String FALLBACK = "karras";

    /** Takes a copy of the set. */
    public SolverInfo {
        unfitTimeGrids = Set.copyOf(unfitTimeGrids);
    }

    /** Returns whether it needs a flow map rather than the instantaneous field. */
    public boolean flowMap() {
        return needs != Needs.FIELD;
    }

    /** Returns the names of the time grids that the solver may be used with. */
    public List<String> timeGrids() {
        return TimeGrids.names().stream().filter(name -> !unfitTimeGrids.contains(name)).toList();
    }

    /** Returns the names of the time grids that the solver may be used with on {@code schedule}. */
    public List<String> timeGrids(NoiseSchedule schedule) {
        return TimeGrids.names(schedule).stream().filter(grid -> !unfitTimeGrids.contains(grid)).toList();
    }

    /** Returns the default time grid on {@code schedule}: Karras' where even times do not fit it. */
    public String defaultTimeGrid(NoiseSchedule schedule) {
        return timeGrids(schedule).contains(defaultTimeGrid) ? defaultTimeGrid : FALLBACK;
    }

    /** Returns the facts of a deterministic, one-evaluation, single-step solver of the field that takes every time grid. */
    public static SolverInfo of(String name, int order, String defaultTimeGrid, String source) {
        return new SolverInfo(
                name, order, 1, true, false, Needs.FIELD, false, Set.of(), defaultTimeGrid, new SolverOptions.None(),
                source);
    }

    /** Returns these facts with another number of evaluations. */
    public SolverInfo withEvaluationsPerStep(int evaluations) {
        return new SolverInfo(name, order, evaluations, deterministic, adaptive, needs, multistep, unfitTimeGrids,
                defaultTimeGrid, options, source);
    }

    /** Returns the facts of a multistep solver. */
    public SolverInfo asMultistep() {
        return new SolverInfo(name, order, evaluationsPerStep, deterministic, adaptive, needs, true, unfitTimeGrids,
                defaultTimeGrid, options, source);
    }

    /** Returns the facts of a solver that always draws noise. */
    public SolverInfo asStochastic() {
        return new SolverInfo(name, order, evaluationsPerStep, false, adaptive, needs, multistep, unfitTimeGrids,
                defaultTimeGrid, options, source);
    }

    /** Returns the facts of a solver that chooses its own steps, and so takes no time grid. */
    public SolverInfo asAdaptive() {
        return new SolverInfo(name, order, evaluationsPerStep, deterministic, true, needs, multistep,
                Set.copyOf(TimeGrids.names()), defaultTimeGrid, options, source);
    }

    /** Returns the facts of a solver that needs jumps. */
    public SolverInfo needing(Needs jumps) {
        return new SolverInfo(name, order, evaluationsPerStep, deterministic, adaptive, jumps, multistep,
                unfitTimeGrids, defaultTimeGrid, options, source);
    }

    /** Returns the facts of a solver that takes no other time grid. */
    public SolverInfo onlyOn(String timeGrid) {
        Set<String> others = TimeGrids.names().stream().filter(other -> !other.equals(timeGrid))
                .collect(Collectors.toSet());
        return new SolverInfo(name, order, evaluationsPerStep, deterministic, adaptive, needs, multistep, others,
                timeGrid, options, source);
    }

    /** Returns the facts of a solver whose stochasticity is a setting, with its default. */
    public SolverInfo withEta(double eta) {
        return new SolverInfo(name, order, evaluationsPerStep, eta == 0, adaptive, needs, multistep, unfitTimeGrids,
                defaultTimeGrid, new SolverOptions.Eta(eta), source);
    }

    /** Returns these facts with other options. */
    public SolverInfo withOptions(SolverOptions defaults) {
        return new SolverInfo(name, order, evaluationsPerStep, deterministic, adaptive, needs, multistep,
                unfitTimeGrids,
                defaultTimeGrid, defaults, source);
    }

    /** Returns the default of {@code eta}, or null where the solver has no such option. */
    public @Nullable Double defaultEta() {
        return options.values().get(SolverOption.ETA);
    }
}
