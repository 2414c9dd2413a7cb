package dev.pathline.diffusion.solver;

import static dev.pathline.diffusion.plan.Combination.NOISE;

import dev.pathline.diffusion.grid.TimeGrid;
import dev.pathline.diffusion.plan.Combination;
import dev.pathline.diffusion.plan.HistoryKind;
import dev.pathline.diffusion.plan.SolverPlan;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import java.util.function.Function;

/**
 * DDPM's ancestral sampler for any schedule, with the mean of {@code q(x_u | x_t, x_0 = m)},
 * {@code alpha_{t|u} sigma_u^2/sigma_t^2 x + alpha_u sigma_{t|u}^2/sigma_t^2 m}, and one of two variances: that
 * distribution's own, {@code sigma_{t|u}^2 sigma_u^2/sigma_t^2} ('fixed small', right where the data are one point), or
 * {@code sigma_{t|u}^2} ('fixed large', right where they are normal with variance 1). Ho et al., arXiv 2006.11239,
 * section 3.2 and algorithm 2.
 *
 * <p>The small one is DDIM with {@code eta = 1}. The large one leaves too much noise where steps are few. There is no noise
 * on a last step that ends clean.
 */
final class Ancestral implements Solver {
    private final SolverInfo info;
    private final Function<Step, Combination> update;

    private Ancestral(String name, Function<Step, Combination> update) {
        this.info = SolverInfo.of(name, 1, "log-snr", "Ho et al., arXiv 2006.11239, algorithm 2").asStochastic();
        this.update = update;
    }

    static Ancestral fixedSmall() {
        return new Ancestral("ancestral", step -> FreshNoise.step(step, FreshNoise.ofReverseSde(step)));
    }

    static Ancestral fixedLarge() {
        return new Ancestral("ancestral-fixed-large", Ancestral::largeVariance);
    }

    @Override
    public SolverInfo info() {
        return info;
    }

    @Override
    public SolverPlan plan(NoiseSchedule schedule, TimeGrid grid, SolverOptions options) {
        return Plans.ofUpdates(this, schedule, grid, HistoryKind.DATA, update);
    }

    private static Combination largeVariance(Step step) {
        Combination mean = FreshNoise.mean(step, FreshNoise.ofReverseSde(step));
        return step.endsClean() ? mean : mean.plus(NOISE.times(step.transitionSigma()));
    }
}
