package dev.pathline.benchmarks.precision;

import dev.pathline.diffusion.grid.TimeGrid;
import dev.pathline.diffusion.plan.SolverPlan;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import dev.pathline.diffusion.solver.Solver;
import dev.pathline.diffusion.solver.SolverOption;
import dev.pathline.diffusion.solver.SolverOptions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** The plans that spend given numbers of evaluations. */
final class Budgets {
    private Budgets() {}

    /**
     * Returns for each number of evaluations the plan with most steps that spends no more, without repetitions and without
     * those that spend half of it or less.
     */
    static List<SolverPlan> plans(
            Solver solver, SolverOptions options, NoiseSchedule schedule, IntFunction<TimeGrid> grid,
            int[] evaluations) {
        return IntStream.of(evaluations).mapToObj(budget -> longest(solver, options, schedule, grid, budget))
                .flatMap(Optional::stream).distinct().toList();
    }

    private static Optional<SolverPlan> longest(
            Solver solver, SolverOptions options, NoiseSchedule schedule, IntFunction<TimeGrid> grid, int budget) {
        return IntStream.iterate(budget, steps -> steps > 0, steps -> steps - 1)
                .mapToObj(steps -> solver.plan(schedule, grid.apply(steps), options))
                .filter(plan -> plan.evaluations() <= budget).findFirst()
                .filter(plan -> 2 * plan.evaluations() > budget);
    }

    /** Returns a solver's options with that {@code eta}, where it has it. */
    static SolverOptions withEta(Solver solver, double eta) {
        return solver.info().options().with(Map.of(SolverOption.ETA, eta));
    }
}
