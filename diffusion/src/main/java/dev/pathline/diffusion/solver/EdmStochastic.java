package dev.pathline.diffusion.solver;

import static dev.pathline.diffusion.plan.Combination.M0;
import static dev.pathline.diffusion.plan.Combination.NOISE;
import static dev.pathline.diffusion.plan.Combination.X;
import static dev.pathline.diffusion.plan.Combination.Y;

import dev.pathline.diffusion.grid.TimeGrid;
import dev.pathline.diffusion.plan.Combination;
import dev.pathline.diffusion.plan.HistoryKind;
import dev.pathline.diffusion.plan.SolverPlan;
import dev.pathline.diffusion.plan.SolverStage;
import dev.pathline.diffusion.plan.SolverStage.Evaluation;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import dev.pathline.diffusion.solver.SolverOptions.Churn;
import java.util.ArrayList;
import java.util.List;

/**
 * EDM's stochastic sampler (Karras et al., arXiv 2206.00364, algorithm 2): the noise level is first raised by adding noise,
 * {@link Churn}, and then lowered by a step of Heun's method. For any schedule it runs in {@code y = x / alpha} and
 * {@code rho = sigma / alpha}, where each is EDM's. {@code N} steps cost {@code 2N - 1} evaluations, as the second one is
 * left out of a step that ends clean. It has no {@code eta}: its stochasticity is {@code sChurn}. In those coordinates, of
 * {@code N} steps, and with {@code gamma = 0} for noise levels outside {@code [sMin, sMax]}:
 *
 * <pre>{@code gamma = min(sChurn/N, sqrt(2) - 1),   r = (1 + gamma) rho_t
 * a = y + sNoise sqrt(r^2 - rho_t^2) z
 * d = (a - D(a, r))/r,   b = a + (rho_u - r) d
 * y_u = a + (rho_u - r) (d + (b - D(b, rho_u))/rho_u)/2}</pre>
 *
 * <p>The order is that of the distribution for {@code sNoise = 1}; other values are a correction for networks, and leave
 * exact models with too much noise. The noise level is not raised beyond the schedule's largest time. From
 * {@code alpha_t = 0}, where {@code rho} is infinite, the step is the exact one for a constant prediction.
 */
final class EdmStochastic implements Solver {
    private final SolverInfo info;

    private EdmStochastic(SolverInfo info) {
        this.info = info.withEvaluationsPerStep(2);
    }

    /** With {@link Churn} as its options, by default the published one for CIFAR-10. */
    static EdmStochastic withNoise() {
        return new EdmStochastic(SolverInfo.of("edm-stochastic", 2, "karras",
                "Karras et al., arXiv 2206.00364, algorithm 2").asStochastic().withOptions(Churn.CIFAR_10));
    }

    /** Heun's method in {@code (y, rho)} alone: on a schedule other than EDM's it is not Heun's method in {@code t}. */
    static EdmStochastic withoutNoise() {
        return new EdmStochastic(SolverInfo.of("edm-heun", 2, "karras",
                "Karras et al., arXiv 2206.00364, algorithm 2 without noise"));
    }

    @Override
    public SolverInfo info() {
        return info;
    }

    @Override
    public SolverPlan plan(NoiseSchedule schedule, TimeGrid grid, SolverOptions options) {
        Churn churn = info.deterministic() ? Churn.OFF : options.as(Churn.class);
        return Plans.ofStages(this, schedule, grid, HistoryKind.DATA, step -> stages(step, grid.steps(), churn));
    }

    private static List<SolverStage> stages(Step step, int steps, Churn churn) {
        List<SolverStage> stages = new ArrayList<>();
        Step raised = raised(step, steps, churn);
        if (raised.t() > step.t()) {
            // The added noise has the variance of x at the raised time given x at the step's start.
            Step up = new Step(step.schedule(), step.index(), raised.t(), step.t());
            Combination noisy = X.times(up.transitionAlpha())
                    .plus(NOISE.times(churn.sNoise() * up.transitionSigma()));
            stages.add(new SolverStage(step.index(), null, noisy, noisy));
        }
        if (step.isUnbounded()) {
            stages.add(raised.stage(raised.dataBase()));
        } else {
            Combination corrected = corrected(raised);
            stages.add(new SolverStage(step.index(), Evaluation.at(raised.t()), raised.dataBase(), Y));
            stages.add(new SolverStage(step.index(), Evaluation.at(step.u()), corrected, corrected));
        }
        return stages;
    }

    /**
     * The step that is left to do once the noise is raised to {@code 1 + gamma} times its level, one of {@code steps}; the same
     * step where nothing is raised, as beyond the schedule's largest time.
     */
    private static Step raised(Step step, int steps, Churn churn) {
        NoiseSchedule schedule = step.schedule();
        double noiseRatio = schedule.noiseRatio(step.t());
        if (!(churn.sChurn() > 0 && noiseRatio >= churn.sMin() && noiseRatio <= churn.sMax()) || step.startsPure()) {
            return step;
        }
        double gamma = Math.min(churn.sChurn() / steps, Math.sqrt(2) - 1);
        double level = schedule.halfLogSnr(step.t()) - StrictMath.log1p(gamma);
        return level < schedule.halfLogSnr(schedule.maxTime())
                ? step
                : new Step(schedule, step.index(), schedule.timeOfHalfLogSnr(level), step.u());
    }

    /**
     * The mean of two steps from {@code Y}: with the slope at the start, which led to {@code X}, and with the slope
     * {@code (X - alpha_u M0) / sigma_u} there.
     */
    private static Combination corrected(Step step) {
        Combination withSlopeAtEnd = Y.times(1 / step.transitionAlpha())
                .minus(X.minus(M0.times(step.alphaU())).times(StrictMath.expm1(step.h())));
        return X.plus(withSlopeAtEnd).times(0.5);
    }
}
