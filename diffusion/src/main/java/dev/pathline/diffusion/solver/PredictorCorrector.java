package dev.pathline.diffusion.solver;

import static dev.pathline.diffusion.plan.Combination.M0;
import static dev.pathline.diffusion.plan.Combination.NOISE;
import static dev.pathline.diffusion.plan.Combination.X;

import dev.pathline.diffusion.grid.TimeGrid;
import dev.pathline.diffusion.plan.Combination;
import dev.pathline.diffusion.plan.HistoryKind;
import dev.pathline.diffusion.plan.LangevinStep;
import dev.pathline.diffusion.plan.SolverPlan;
import dev.pathline.diffusion.plan.SolverStage;
import dev.pathline.diffusion.plan.SolverStage.Evaluation;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import dev.pathline.diffusion.solver.SolverOptions.Corrector;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Predictor and corrector by turns (Song et al., arXiv 2011.13456, algorithms 2 and 3, for any schedule). The predictor is
 * reverse diffusion (appendix E): {@code x_u = (2 - alpha_{t|u}) x + sigma_{t|u}^2 s(x, t) + sigma_{t|u} z}. The corrector is
 * {@code M} steps of Langevin dynamics at {@code u}, each with the score at the point that it starts from (algorithms 4 and 5):
 * {@code x + d s + sqrt(2 d) z} of a size {@code d = 2 a (r |z|/|s|)^2} with {@code a = alpha_{u|w}^2}, {@code w} the grid's next
 * time: 1 for a variance-exploding schedule and {@code 1 - beta} for a variance-preserving one. Then the next predictor
 * evaluates the corrected point. {@code M} and {@code r} are the {@link Corrector}'s, 1 and 0.16 where nothing is said.
 *
 * <p>The history holds noise, for the score is {@code -eps/sigma}: from {@code x_0} it is a difference of nearly equal
 * numbers near the data, which costs float32 three digits.
 *
 * <p>The norms are those of one sample, and in few dimensions, where the score of a sample may be nearly 0, those that are
 * expected: the corrector's step is then {@code 2 a r^2 sigma_u^2} ({@link LangevinStep}).
 *
 * <p>From {@code alpha_t = 0}, where the step of the predictor is as long as can be, it is the ancestral one, which is exact
 * for a constant prediction. A step that ends clean is the prediction of {@code x_0} and has no corrector, so {@code N} steps
 * cost {@code N + (N - 1) M} evaluations.
 */
final class PredictorCorrector implements Solver {
    private static final SolverInfo INFO = SolverInfo
            .of("predictor-corrector", 1, "log-snr", "Song et al., arXiv 2011.13456, algorithms 2 to 5")
            .withEvaluationsPerStep(2)
            .asStochastic()
            .withOptions(Corrector.CIFAR_10);

    @Override
    public SolverInfo info() {
        return INFO;
    }

    @Override
    public SolverPlan plan(NoiseSchedule schedule, TimeGrid grid, SolverOptions options) {
        Corrector corrector = options.as(Corrector.class);
        return Plans.ofStages(this, schedule, grid, HistoryKind.NOISE, step -> stages(step, grid, corrector));
    }

    private static List<SolverStage> stages(Step step, TimeGrid grid, Corrector corrector) {
        SolverStage predicted = step.stage(step.isUnbounded()
                ? FreshNoise.stepOfNoise(step, FreshNoise.ofReverseSde(step))
                : predictor(step));
        if (step.endsClean()) {
            return List.of(predicted);
        }
        var stages = new ArrayList<>(List.of(predicted));
        stages.addAll(Collections.nCopies(corrector.innerSteps(), corrected(step, grid, corrector.snr())));
        return stages;
    }

    private static Combination predictor(Step step) {
        double sigma = step.transitionSigma();
        return X.times(2 - step.transitionAlpha())
                .plus(M0.times(-sigma * sigma / step.sigmaT()))
                .plus(NOISE.times(sigma));
    }

    private static SolverStage corrected(Step step, TimeGrid grid, double snr) {
        int next = step.index() + 2;
        double w = next <= grid.steps() ? grid.time(next) : 0;
        double ratio = new Step(step.schedule(), step.index() + 1, step.u(), w).transitionAlpha();
        var langevin = new LangevinStep(
                2 * ratio * ratio * snr * snr, 0, -1 / step.sigmaU(), step.sigmaU());
        return new SolverStage(step.index(), Evaluation.at(step.u()), X, X, langevin);
    }
}
