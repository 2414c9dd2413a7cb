package dev.pathline.diffusion.solver;

import static dev.pathline.diffusion.plan.Combination.M0;
import static dev.pathline.diffusion.plan.Combination.M1;
import static dev.pathline.diffusion.plan.Combination.X;
import static dev.pathline.diffusion.plan.Combination.Y;

import dev.pathline.diffusion.plan.Combination;
import dev.pathline.diffusion.plan.SolverStage;
import dev.pathline.diffusion.plan.SolverStage.Evaluation;
import dev.pathline.diffusion.prediction.Affine;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import java.util.ArrayList;
import java.util.List;

/**
 * Single steps that estimate their own error: after the last stage {@code X} is the result, and {@code Y} that of one order
 * less from the same evaluations. They are for solvers that choose their steps as they go.
 */
public final class EmbeddedSteps {
    private EmbeddedSteps() {}

    /**
     * Returns a step of DPM-Solver, whose history is noise. It is the one that the solver of that order takes on a grid; the
     * lower order is DPM-Solver-1, or DPM-Solver-2 with {@code r = 1/3}. Source: Lu et al., arXiv 2206.00927, algorithms 1
     * and 2; LuChengTHU/dpm-solver, dpm_solver_adaptive.
     *
     * @param order 2 or 3
     * @param t the start, where {@code alpha > 0}
     * @param u the end, below {@code t}, where {@code sigma > 0}
     */
    public static List<SolverStage> dpmSolver(int order, NoiseSchedule schedule, double t, double u) {
        var rule = Singlestep.published(ExponentialForm.NOISE, schedule, order);
        double[] times = ExponentialSinglestep.times(new Step(schedule, 0, t, u), order);
        List<SolverStage> stages = new ArrayList<>(rule.stages(0, 0, times));
        SolverStage last = stages.removeLast();
        stages.add(new SolverStage(0, last.evaluation(), last.nextX(), rule.lower(times)));
        return stages;
    }

    /**
     * Returns a step of the midpoint method on {@code d(x/sigma)/d(alpha/sigma) = x_0(x, t)}, whose history is data; the lower
     * order is DDIM. It is bounded where {@code alpha_t = 0}, which no step in {@code lambda} is.
     *
     * @param t the start; {@code alpha} may be 0 there
     * @param u the end, below {@code t}, where {@code sigma > 0}
     */
    public static List<SolverStage> midpoint(NoiseSchedule schedule, double t, double u) {
        double middle = schedule.timeOfHalfLogSnr(
                StrictMath.log((1 / schedule.noiseRatio(t) + 1 / schedule.noiseRatio(u)) / 2));
        Affine half = Affine.dataStep(schedule, t, middle);
        Affine whole = Affine.dataStep(schedule, t, u);
        return List.of(
                new SolverStage(0, Evaluation.at(t), combination(half, X, M0), Y),
                new SolverStage(0, Evaluation.at(middle), combination(whole, Y, M0), combination(whole, Y, M1)));
    }

    private static Combination combination(Affine step, Combination start, Combination data) {
        return start.times(step.x()).plus(data.times(step.output()));
    }
}
