package dev.pathline.diffusion.solver;

import static dev.pathline.diffusion.plan.Combination.M0;
import static dev.pathline.diffusion.plan.Combination.M1;

import dev.pathline.diffusion.grid.TimeGrid;
import dev.pathline.diffusion.plan.Combination;
import dev.pathline.diffusion.plan.HistoryKind;
import dev.pathline.diffusion.plan.SolverPlan;
import dev.pathline.diffusion.schedule.NoiseSchedule;

/**
 * DPM-Solver++(2M), the midpoint form: {@code x_u = base - alpha_u expm1(-h) D / 2} with
 * {@code D = (m_0 - m_1) h / h_previous} (Lu et al., arXiv 2211.01095, algorithm 2).
 *
 * <p>The first step has no history and is of first order; so is one that ends clean, where {@code h} is infinite. After
 * a start at {@code alpha = 0} the previous {@code h} is infinite and the correction vanishes by itself.
 */
final class DpmSolverPlusPlus2M implements Solver {
    private static final SolverInfo INFO = SolverInfo.of("dpm-solver++-2m", 2, "log-snr", "Lu et al., arXiv 2211.01095")
            .asMultistep();

    @Override
    public SolverInfo info() {
        return INFO;
    }

    @Override
    public SolverPlan plan(NoiseSchedule schedule, TimeGrid grid, SolverOptions options) {
        return Plans.ofUpdates(this, schedule, grid, HistoryKind.DATA,
                step -> step.index() == 0 || step.endsClean()
                        ? step.dataBase()
                        : secondOrder(step, Step.of(schedule, grid, step.index() - 1)));
    }

    private static Combination secondOrder(Step step, Step previous) {
        double h = step.h();
        Combination difference = M0.minus(M1).times(h / previous.h());
        return step.dataBase().plus(difference.times(-step.alphaU() * StrictMath.expm1(-h) / 2));
    }
}
