package dev.pathline.diffusion.solver;

import dev.pathline.diffusion.grid.TimeGrid;
import dev.pathline.diffusion.plan.Combination;
import dev.pathline.diffusion.plan.HistoryKind;
import dev.pathline.diffusion.plan.SolverPlan;
import dev.pathline.diffusion.schedule.NoiseSchedule;

/**
 * DDIM: {@code x_u = alpha_u m + sqrt(sigma_u^2 - s^2) eps + s z} with
 * {@code s = eta sigma_u sqrt(1 - e^{-2h})} (Song et al., arXiv 2010.02502, equations 12 and 16). In the letters of the
 * {@linkplain dev.pathline.diffusion.solver package}, with {@code k = sqrt(1 - eta^2 (1 - e^{-2h}))} as the share of the noise
 * that is kept:
 *
 * <pre>{@code x_u = alpha_u D_0 + sigma_u k E_0 + sigma_u sqrt(1 - k^2) z
 *     = (sigma_u/sigma_t) k x - alpha_u (k e^{-h} - 1) D_0 + sigma_u sqrt(1 - k^2) z}</pre>
 *
 * <p>With {@code eta = 0} it is also DPM-Solver-1, DPM-Solver++1 and Euler's method in {@code (x/alpha, sigma/alpha)};
 * with {@code eta = 1} the ancestral sampler.
 *
 * <p>There are two, which differ where the prediction of {@code x_0} is clipped: then {@code ddim} takes the noise that goes
 * with the clipped one, and {@code ddim-raw-noise} keeps what the network predicted, as diffusers does by default.
 */
final class Ddim implements Solver {
    private static final String SOURCE = "Song et al., arXiv 2010.02502, equations 12 and 16";

    private final SolverInfo info;
    private final boolean rawNoise;

    /**
     * Makes the solver.
     *
     * @param rawNoise whether {@code eps} stays what the network predicted where an operation changes {@code m}, rather
     *        than becoming what goes with the changed one
     */
    Ddim(boolean rawNoise) {
        this.info = SolverInfo.of(rawNoise ? "ddim-raw-noise" : "ddim", 1, "log-snr", SOURCE).withEta(0);
        this.rawNoise = rawNoise;
    }

    @Override
    public SolverInfo info() {
        return info;
    }

    @Override
    public SolverPlan plan(NoiseSchedule schedule, TimeGrid grid, SolverOptions options) {
        double eta = options.as(SolverOptions.Eta.class).eta();
        return rawNoise
                ? Plans.ofUpdates(this, schedule, grid, HistoryKind.RAW_NOISE,
                        step -> FreshNoise.stepOfNoise(step, logKept(step, eta)))
                : Plans.ofUpdates(this, schedule, grid, HistoryKind.DATA, step -> update(step, eta));
    }

    static Combination update(Step step, double eta) {
        return FreshNoise.step(step, logKept(step, eta));
    }

    /** {@code ln k} with {@code k = sqrt(sigma_u^2 - s^2) / sigma_u}. */
    private static double logKept(Step step, double eta) {
        // With eta = 1, k is e^{-h}, of which the general form keeps few digits where it is small.
        return eta == 1
                ? FreshNoise.ofReverseSde(step)
                : StrictMath.log1p(eta * eta * StrictMath.expm1(-2 * step.h())) / 2;
    }
}
