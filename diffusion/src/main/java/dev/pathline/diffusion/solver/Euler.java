package dev.pathline.diffusion.solver;

import static dev.pathline.diffusion.plan.Combination.M0;
import static dev.pathline.diffusion.plan.Combination.X;

import dev.pathline.diffusion.grid.TimeGrid;
import dev.pathline.diffusion.plan.Combination;
import dev.pathline.diffusion.plan.HistoryKind;
import dev.pathline.diffusion.plan.SolverPlan;
import dev.pathline.diffusion.schedule.NoiseSchedule;

/** Euler's method on the probability-flow ODE in {@code t}: {@code x_u = x + (u - t) v} (arXiv 2011.13456, section 4.3). */
final class Euler implements Solver {
    private static final SolverInfo INFO = SolverInfo.of("euler", 1, "log-snr", "Song et al., arXiv 2011.13456");

    @Override
    public SolverInfo info() {
        return INFO;
    }

    @Override
    public SolverPlan plan(NoiseSchedule schedule, TimeGrid grid, SolverOptions options) {
        return Plans.ofUpdates(this, schedule, grid, HistoryKind.DATA, Euler::update);
    }

    static Combination update(Step step) {
        return step.endsClean() ? step.dataBase() : X.plus(step.velocity(X, M0).times(step.u() - step.t()));
    }
}
