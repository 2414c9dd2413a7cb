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
 * k-diffusion's ancestral Euler in {@code y = x / alpha} and {@code rho = sigma / alpha}: a step down to {@code rho_down},
 * then noise of {@code rho_up} with {@code rho_down^2 + rho_up^2 = rho_u^2} and
 * {@code rho_up = min(rho_u, eta sqrt(rho_u^2 (rho_t^2 - rho_u^2) / rho_t^2))}.
 *
 * <p>It is DDIM in other words (the same numbers for the same {@code eta}), kept under the name people know, with their
 * default of {@code eta = 1}. Source: Crowson, k-diffusion, sample_euler_ancestral.
 */
final class EulerAncestral implements Solver {
    private static final SolverInfo INFO = SolverInfo
            .of("euler-ancestral", 1, "karras", "Crowson, k-diffusion; arXiv 2010.02502").withEta(1);

    @Override
    public SolverInfo info() {
        return INFO;
    }

    @Override
    public SolverPlan plan(NoiseSchedule schedule, TimeGrid grid, SolverOptions options) {
        return Plans.ofUpdates(this, schedule, grid, HistoryKind.DATA, step -> update(step, options.eta()));
    }

    private static Combination update(Step step, double eta) {
        double target = step.sigmaU() / step.alphaU();
        // rho_u / rho_t = e^{-h}, which stays a number where rho_t is infinite
        double up = Math.min(target, eta * target * Math.sqrt(-StrictMath.expm1(-2 * step.h())));
        double down = Math.sqrt((target - up) * (target + up));
        double downOverStart = down * step.alphaT() / step.sigmaT();
        return X.times(step.alphaU() * down / step.sigmaT())
                .plus(M0.times(step.alphaU() * (1 - downOverStart)))
                .plus(NOISE.times(step.alphaU() * up));
    }
}
