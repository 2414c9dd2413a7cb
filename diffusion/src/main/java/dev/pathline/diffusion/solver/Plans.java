package dev.pathline.diffusion.solver;

import dev.pathline.diffusion.grid.TimeGrid;
import dev.pathline.diffusion.plan.Combination;
import dev.pathline.diffusion.plan.HistoryKind;
import dev.pathline.diffusion.plan.SolverPlan;
import dev.pathline.diffusion.plan.SolverStage;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Assembles plans step by step. A plan's registers are those of {@link Combination}: {@code X} is the point that is evaluated
 * next, {@code Y} where the step has started, {@code M0..M3} the history, newest first.
 */
public final class Plans {
    private Plans() {}

    /**
     * Returns a plan from the stages of each step. The last stage of a step sets both registers to where the next step starts; an
     * earlier one that goes on from the same start keeps {@code Y} by {@link Combination#Y}.
     *
     * @param history what the history holds
     * @param stages the stages of a step, at least one
     * @throws IllegalArgumentException if a weight is not finite
     */
    public static SolverPlan ofStages(
            Solver solver,
            NoiseSchedule schedule,
            TimeGrid grid,
            HistoryKind history,
            Function<Step, List<SolverStage>> stages) {
        List<SolverStage> all = IntStream.range(0, grid.steps())
                .mapToObj(index -> Step.of(schedule, grid, index))
                .flatMap(step -> stages.apply(step).stream())
                .toList();
        return new SolverPlan(solver.info().name(), schedule, grid, history, all);
    }

    /**
     * Returns a plan whose steps have one stage each: an evaluation at the step's start, and then the update.
     *
     * @param history what the history holds; the evaluation's own value is {@code M0}
     * @param update where the step ends
     * @throws IllegalArgumentException if a weight is not finite
     */
    public static SolverPlan ofUpdates(
            Solver solver,
            NoiseSchedule schedule,
            TimeGrid grid,
            HistoryKind history,
            Function<Step, Combination> update) {
        return ofStages(solver, schedule, grid, history, step -> List.of(step.stage(update.apply(step))));
    }
}
