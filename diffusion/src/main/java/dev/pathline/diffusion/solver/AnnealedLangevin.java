package dev.pathline.diffusion.solver;

import static dev.pathline.diffusion.plan.Combination.M0;
import static dev.pathline.diffusion.plan.Combination.NOISE;
import static dev.pathline.diffusion.plan.Combination.X;

import dev.pathline.diffusion.grid.TimeGrid;
import dev.pathline.diffusion.plan.Combination;
import dev.pathline.diffusion.plan.HistoryKind;
import dev.pathline.diffusion.plan.SolverPlan;
import dev.pathline.diffusion.plan.SolverStage;
import dev.pathline.diffusion.plan.SolverStage.Evaluation;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import dev.pathline.diffusion.solver.SolverOptions.Langevin;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/**
 * Annealed Langevin dynamics (Song and Ermon, arXiv 1907.05600, algorithm 1), the sampler of noise-conditional score
 * networks. At each noise level some steps {@code y + (a/2) s + sqrt(a) z} with {@code a = r rho^2}, in
 * {@code y = x / alpha} and {@code rho = sigma / alpha}, where any schedule is their variance-exploding one; in {@code x}
 * that is {@code x + (r/2) (alpha m - x) + sqrt(r) sigma z}. Published is {@code r = 2e-5 / 0.01^2 = 0.2}, the
 * default of {@link Langevin#stepSize}.
 *
 * <p>The first level needs no steps: a trajectory starts from its distribution. Between levels {@code y} stays as it is; from
 * {@code alpha_t = 0} there is no {@code y}, and {@code x} is scaled to the next level. A step that ends clean is one
 * evaluation, the prediction of {@code x_0}.
 *
 * <p>Published are 100 steps at each of 10 levels. Grids here have more levels and thus smaller steps between them; with the
 * default of 10 steps a level what was left of the noise of the level before is divided by 3, and the evaluations for 100 levels are as
 * many as published.
 */
final class AnnealedLangevin implements Solver {
    private static final Langevin DEFAULT = new Langevin(10, 0.2);

    private static final SolverInfo INFO = SolverInfo
            .of("annealed-langevin", 1, "karras", "Song and Ermon, arXiv 1907.05600, algorithm 1")
            .withEvaluationsPerStep(DEFAULT.innerSteps())
            .asStochastic()
            .withOptions(DEFAULT);

    @Override
    public SolverInfo info() {
        return INFO;
    }

    @Override
    public SolverPlan plan(NoiseSchedule schedule, TimeGrid grid, SolverOptions options) {
        return Plans.ofStages(this, schedule, grid, HistoryKind.DATA,
                step -> stages(step, options.as(Langevin.class)));
    }

    private static List<SolverStage> stages(Step step, Langevin options) {
        if (step.endsClean()) {
            return List.of(step.stage(step.dataBase()));
        }
        Combination moved = X.times(step.startsPure() ? step.sigmaU() / step.sigmaT() : 1 / step.transitionAlpha());
        Combination langevin = X.plus(M0.times(step.alphaU()).minus(X).times(options.stepSize() / 2))
                .plus(NOISE.times(Math.sqrt(options.stepSize()) * step.sigmaU()));
        var stage = new SolverStage(step.index(), Evaluation.at(step.u()), langevin, langevin);
        return Stream.concat(
                Stream.of(new SolverStage(step.index(), null, moved, moved)),
                Collections.nCopies(options.innerSteps(), stage).stream())
                .toList();
    }
}
