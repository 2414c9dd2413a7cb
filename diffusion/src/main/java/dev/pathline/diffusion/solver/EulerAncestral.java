package dev.pathline.diffusion.solver;

import dev.pathline.diffusion.grid.TimeGrid;
import dev.pathline.diffusion.plan.HistoryKind;
import dev.pathline.diffusion.plan.SolverPlan;
import dev.pathline.diffusion.schedule.NoiseSchedule;

/**
 * k-diffusion's ancestral Euler in {@code y = x / alpha} and {@code rho = sigma / alpha}: a step down to {@code rho_down},
 * then noise of {@code rho_up} with {@code rho_down^2 + rho_up^2 = rho_u^2} and
 * {@code rho_up = min(rho_u, eta sqrt(rho_u^2 (rho_t^2 - rho_u^2) / rho_t^2))}.
 *
 * <p>It is DDIM in other words, with the same {@code eta}, kept under the name that people know and with their default of
 * 1. Source: Crowson, k-diffusion, sample_euler_ancestral.
 */
final class EulerAncestral implements Solver {
    private static final SolverInfo INFO = SolverInfo.of("euler-ancestral", 1, "karras",
            "Crowson, k-diffusion, sample_euler_ancestral; Song et al., arXiv 2010.02502, equation 12").withEta(1);

    @Override
    public SolverInfo info() {
        return INFO;
    }

    @Override
    public SolverPlan plan(NoiseSchedule schedule, TimeGrid grid, SolverOptions options) {
        double eta = options.as(SolverOptions.Eta.class).eta();
        return Plans.ofUpdates(this, schedule, grid, HistoryKind.DATA, step -> Ddim.update(step, eta));
    }
}
