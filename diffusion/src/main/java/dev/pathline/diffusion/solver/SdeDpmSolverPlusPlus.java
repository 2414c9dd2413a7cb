package dev.pathline.diffusion.solver;

import static dev.pathline.diffusion.plan.Combination.M0;
import static dev.pathline.diffusion.plan.Combination.M1;

import dev.pathline.diffusion.grid.TimeGrid;
import dev.pathline.diffusion.plan.Combination;
import dev.pathline.diffusion.plan.HistoryKind;
import dev.pathline.diffusion.plan.SolverPlan;
import dev.pathline.diffusion.schedule.NoiseSchedule;

/**
 * SDE-DPM-Solver++: DPM-Solver++ on an SDE whose noise is {@code eta} times that of the reverse SDE, in variance (Lu et al.,
 * arXiv 2211.01095, section 5 and algorithm 1 in appendix; {@code eta} as in Crowson, k-diffusion,
 * sample_dpmpp_2m_sde). The step is that of the ODE's solver with {@code h (1 + eta)} for {@code h} in the exponentials, and
 * {@code sigma_u sqrt(1 - e^{-2 eta h}) z}. {@code eta = 0} is DPM-Solver++, and {@code eta = 1} of first order the ancestral
 * sampler.
 */
final class SdeDpmSolverPlusPlus implements Solver {
    private final int order;
    private final SolverInfo info;

    SdeDpmSolverPlusPlus(int order) {
        this.order = order;
        SolverInfo single = SolverInfo.of("sde-dpm-solver++-" + (order == 1 ? "1" : order + "m"), order, "log-snr",
                "Lu et al., arXiv 2211.01095, section 5").withEta(1);
        this.info = order == 1 ? single : single.asMultistep();
    }

    @Override
    public SolverInfo info() {
        return info;
    }

    @Override
    public SolverPlan plan(NoiseSchedule schedule, TimeGrid grid, SolverOptions options) {
        return Plans.ofUpdates(this, schedule, grid, HistoryKind.DATA, step -> {
            double logKept = FreshNoise.ofSde(step, options.eta());
            Combination base = FreshNoise.step(step, logKept);
            return order == 1 || step.index() == 0 || step.isUnbounded()
                    ? base
                    : base.plus(correction(step, Step.of(schedule, grid, step.index() - 1), logKept - step.h()));
        });
    }

    private static Combination correction(Step step, Step previous, double exponent) {
        Combination difference = M0.minus(M1).times(step.h() / previous.h());
        return difference.times(-step.alphaU() * StrictMath.expm1(exponent) / 2);
    }
}
