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
 * Euler and Maruyama's method on the family of SDEs that share their marginals with the probability-flow ODE (Song et al.,
 * arXiv 2011.13456, equation 6 and section 4.1; as a family, Zhang and Chen, arXiv 2204.13902, equation 4):
 *
 * <pre>{@code dx = [f x - (1 + eta^2)/2 g^2 s] dt + eta g dw}</pre>
 *
 * <p>{@code eta = 1} is the reverse SDE, {@code eta = 0} the ODE and Euler's method. The drift is the ODE's velocity less
 * {@code eta^2 g^2 s / 2}, and {@code g^2 s / 2 = (Delta / (alpha sigma)) (alpha m - x)}. So a step is, with
 * {@code l = t - u > 0}, the velocity {@code v} of {@link RungeKutta} and everything at {@code t},
 *
 * <pre>{@code x_u = x - l v + l eta^2 (Delta/(alpha sigma)) (alpha D_0 - x) + eta sqrt(2 l sigma Delta/alpha) z}</pre>
 *
 * <p>From {@code alpha_t = 0}, where {@code f} and {@code g} are infinite, the step is the one that is exact for a constant
 * {@code m}. A step that ends clean is {@code m}.
 */
final class EulerMaruyama implements Solver {
    private static final SolverInfo INFO = SolverInfo.of("euler-maruyama", 1, "log-snr",
            "Song et al., arXiv 2011.13456, equation 6 and section 4.1; Zhang and Chen, arXiv 2204.13902, equation 4")
            .withEta(1);

    @Override
    public SolverInfo info() {
        return INFO;
    }

    @Override
    public SolverPlan plan(NoiseSchedule schedule, TimeGrid grid, SolverOptions options) {
        double eta = options.as(SolverOptions.Eta.class).eta();
        return Plans.ofUpdates(this, schedule, grid, HistoryKind.DATA, step -> update(step, eta));
    }

    private static Combination update(Step step, double eta) {
        double variance = eta * eta;
        if (step.endsClean() || (step.startsPure() && variance > 0)) {
            return FreshNoise.step(step, FreshNoise.ofSde(step, variance));
        }
        if (variance == 0) {
            return step.euler();
        }
        double length = step.t() - step.u();
        double rate = -step.schedule().dHalfLogSnr(step.t());
        Combination towardsData = M0.times(step.alphaT()).minus(X);
        return step.euler()
                .plus(towardsData.times(variance * rate * length))
                .plus(NOISE.times(eta * Math.sqrt(step.schedule().diffusionSquared(step.t()) * length)));
    }
}
