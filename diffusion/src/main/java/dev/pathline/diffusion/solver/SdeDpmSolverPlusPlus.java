package dev.pathline.diffusion.solver;

import dev.pathline.diffusion.grid.TimeGrid;
import dev.pathline.diffusion.plan.Combination;
import dev.pathline.diffusion.plan.HistoryKind;
import dev.pathline.diffusion.plan.SolverPlan;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import java.util.List;

/**
 * SDE-DPM-Solver++: the multistep DPM-Solver++ on an SDE whose noise is {@code eta} times that of the reverse SDE, in
 * variance (Lu et al., arXiv 2211.01095; {@code eta} and the third order as in Crowson, k-diffusion,
 * sample_dpmpp_2m_sde and sample_dpmpp_3m_sde, with the second difference doubled, as {@code dpm-solver++-3m} has it).
 *
 * <p>In the letters of the {@linkplain dev.pathline.diffusion.solver package}, with {@code H = (1 + eta) h}: of first order,
 *
 * <pre>{@code x_u = (sigma_u/sigma_t) e^{-eta h} x - alpha_u (e^{-H} - 1) D_0 + sigma_u sqrt(1 - e^{-2 eta h}) z}</pre>
 *
 * <p>the second adds {@code -alpha_u (e^{-H} - 1) (D_0 - D_1)/(2 r_1)}, and the third, with {@code F_1} and {@code F_2} of
 * {@link DpmSolvers#multistep}, {@code alpha_u ((e^{-H} - 1)/H + 1) F_1 - alpha_u ((e^{-H} - 1 + H)/H^2 - 1/2) F_2}.
 *
 * <p>Its exponent is {@code -h (1 + eta)} where that of the ODE is {@code -h}, and it adds
 * {@code sigma_u sqrt(1 - e^{-2 eta h}) z}. {@code eta = 0} is DPM-Solver++, and {@code eta = 1} of first order the ancestral
 * sampler. With noise the weak order of the third, measured as the others', is that of the second: differences of predictions
 * carry the noise of the steps between them. For the same reason its step before the last to clean data is that of the
 * second: on evenly spaced times it is several times longer in {@code lambda} than those before, and a second difference
 * multiplies the noise by the square of that.
 */
final class SdeDpmSolverPlusPlus implements Solver {
    private static final String PAPER = "Lu et al., arXiv 2211.01095, ";

    private final int values;
    private final LinearRule linear;
    private final SolverInfo info;

    private SdeDpmSolverPlusPlus(int values, LinearRule linear, SolverInfo info) {
        this.values = values;
        this.linear = linear;
        this.info = info.withEta(1);
    }

    /** The solver that uses that many predictions, 1 to 3. */
    static SdeDpmSolverPlusPlus of(int values) {
        return switch (values) {
            case 1 -> new SdeDpmSolverPlusPlus(1, LinearRule.EXACT,
                    info("1", 1, PAPER + "SDE-DPM-Solver++1; Song et al., arXiv 2010.02502, equation 12"));
            case 2 -> new SdeDpmSolverPlusPlus(2, LinearRule.MIDPOINT,
                    info("2m", 2, PAPER + "SDE-DPM-Solver++(2M) and algorithm 2").asMultistep());
            default -> new SdeDpmSolverPlusPlus(3, LinearRule.EXACT,
                    info("3m", 2, "Crowson, k-diffusion, sample_dpmpp_3m_sde; " + PAPER + "algorithm 2, extended")
                            .asMultistep());
        };
    }

    private static SolverInfo info(String suffix, int order, String source) {
        return SolverInfo.of("sde-dpm-solver++-" + suffix, order, "log-snr", source);
    }

    @Override
    public SolverInfo info() {
        return info;
    }

    @Override
    public SolverPlan plan(NoiseSchedule schedule, TimeGrid grid, SolverOptions options) {
        var history = new MultistepHistory(schedule, grid);
        double eta = options.as(SolverOptions.Eta.class).eta();
        return Plans.ofUpdates(this, schedule, grid, HistoryKind.DATA, step -> update(step, history, eta));
    }

    private Combination update(Step step, MultistepHistory history, double eta) {
        double logKept = FreshNoise.ofSde(step, eta);
        Combination base = FreshNoise.step(step, logKept);
        boolean secondOrder = eta > 0 && values == 3 && history.isBeforeCleanStep(step);
        int count = history.usable(step, secondOrder ? 2 : values);
        if (count == 1) {
            return base;
        }
        List<Combination> derivatives = ExponentialStep.of(ExponentialForm.DATA, step)
                .derivatives(history.times(step, count));
        return base.plus(new ExponentialWeights(step.alphaU(), logKept - step.h()).change(derivatives,
                secondOrder ? LinearRule.MIDPOINT : linear));
    }
}
