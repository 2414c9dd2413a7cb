package dev.pathline.diffusion.solver;

import static dev.pathline.diffusion.plan.Combination.M0;
import static dev.pathline.diffusion.plan.Combination.NOISE;
import static dev.pathline.diffusion.plan.Combination.X;

import dev.pathline.diffusion.grid.TimeGrid;
import dev.pathline.diffusion.plan.Combination;
import dev.pathline.diffusion.plan.HistoryKind;
import dev.pathline.diffusion.plan.SolverPlan;
import dev.pathline.diffusion.schedule.NoiseSchedule;

/**
 * DDPM's ancestral sampler with the posterior variance ('fixed small'): a draw from {@code q(x_u | x_t, x_0 = m)}, with
 * mean {@code alpha_{t|u} sigma_u^2/sigma_t^2 x + alpha_u sigma_{t|u}^2/sigma_t^2 m} and variance
 * {@code sigma_{t|u}^2 sigma_u^2/sigma_t^2} (Ho et al., arXiv 2006.11239, equations 6 and 7, for any schedule).
 *
 * <p>It equals DDIM with {@code eta = 1}. There is no noise on a last step that ends clean.
 */
final class Ancestral implements Solver {
    private static final SolverInfo INFO = SolverInfo.of("ancestral", 1, "log-snr", "Ho et al., arXiv 2006.11239")
            .asStochastic();

    @Override
    public SolverInfo info() {
        return INFO;
    }

    @Override
    public SolverPlan plan(NoiseSchedule schedule, TimeGrid grid, SolverOptions options) {
        return Plans.ofUpdates(this, schedule, grid, HistoryKind.DATA, Ancestral::update);
    }

    private static Combination update(Step step) {
        double ratio = step.sigmaU() / step.sigmaT();
        // sigma_{t|u}^2 / sigma_t^2 = 1 - (alpha_{t|u} sigma_u / sigma_t)^2 = 1 - e^{-2h}
        double fresh = -StrictMath.expm1(-2 * step.h());
        return X.times(step.alphaT() / step.alphaU() * ratio * ratio)
                .plus(M0.times(step.alphaU() * fresh))
                .plus(NOISE.times(step.sigmaU() * Math.sqrt(fresh)));
    }
}
