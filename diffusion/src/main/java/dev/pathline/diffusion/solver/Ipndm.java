package dev.pathline.diffusion.solver;

import static dev.pathline.diffusion.plan.Combination.M0;

import dev.pathline.diffusion.grid.TimeGrid;
import dev.pathline.diffusion.plan.Combination;
import dev.pathline.diffusion.plan.SolverPlan;
import dev.pathline.diffusion.schedule.NoiseSchedule;

/**
 * iPNDM: DDIM's step with a mean of the newest predictions of {@code eps}, whose weights are those of the Adams-Bashforth
 * methods of order 1 to 4 for evenly spaced steps. On a grid that is evenly spaced in {@code sigma/alpha} that is its order;
 * on others whose steps change smoothly it is 2. In the letters of the {@linkplain dev.pathline.diffusion.solver package}
 *
 * <pre>{@code x_u = (alpha_u/alpha_t) x - sigma_u (e^h - 1) e
 * e = E_0,   (3 E_0 - E_1)/2,   (23 E_0 - 16 E_1 + 5 E_2)/12,   (55 E_0 - 59 E_1 + 37 E_2 - 9 E_3)/24}</pre>
 *
 * <p>in the first, second, third and every later step.
 *
 * <p>Source: Zhang and Chen, arXiv 2204.13902, iPNDM, after Liu et al., arXiv 2202.09778, equation 12.
 */
final class Ipndm implements Solver {
    private static final SolverInfo INFO = SolverInfo.of("ipndm", 4, "karras",
            "Zhang and Chen, arXiv 2204.13902, iPNDM; Liu et al., arXiv 2202.09778, equation 12").asMultistep();

    /** The rows' weights of {@code M1 - M0, M2 - M0, ...}; that of {@code M0} makes each sum 1. */
    private static final double[][] ADAMS_BASHFORTH = {
        {}, {-1 / 2.0}, {-16 / 12.0, 5 / 12.0}, {-59 / 24.0, 37 / 24.0, -9 / 24.0}};

    @Override
    public SolverInfo info() {
        return INFO;
    }

    @Override
    public SolverPlan plan(NoiseSchedule schedule, TimeGrid grid, SolverOptions options) {
        var history = new MultistepHistory(schedule, grid);
        return Plans.ofUpdates(this, schedule, grid, ExponentialForm.NOISE.history(), step -> update(step, history));
    }

    private static Combination update(Step step, MultistepHistory history) {
        Combination sum = step.noiseBase();
        if (step.isUnbounded()) {
            return sum;
        }
        double length = ExponentialStep.of(ExponentialForm.NOISE, step).constant().output();
        double[] weights = ADAMS_BASHFORTH[Math.min(history.known(step), ADAMS_BASHFORTH.length) - 1];
        for (int j = 0; j < weights.length; j++) {
            sum = sum.plus(MultistepHistory.VALUES.get(j + 1).minus(M0).times(length * weights[j]));
        }
        return sum;
    }
}
