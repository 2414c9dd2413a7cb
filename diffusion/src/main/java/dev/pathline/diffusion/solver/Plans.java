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

/** Assembles plans step by step. */
final class Plans {
    private Plans() {}

    /** A plan from the stages of each step. */
    static SolverPlan ofStages(
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

    /** A plan whose steps have one stage each, an evaluation and then {@code update}. */
    static SolverPlan ofUpdates(
            Solver solver,
            NoiseSchedule schedule,
            TimeGrid grid,
            HistoryKind history,
            Function<Step, Combination> update) {
        return ofStages(solver, schedule, grid, history, step -> List.of(step.stage(update.apply(step))));
    }
}
