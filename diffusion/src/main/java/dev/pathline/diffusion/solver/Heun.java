package dev.pathline.diffusion.solver;

import static dev.pathline.diffusion.plan.Combination.M0;
import static dev.pathline.diffusion.plan.Combination.M1;
import static dev.pathline.diffusion.plan.Combination.X;
import static dev.pathline.diffusion.plan.Combination.Y;

import dev.pathline.diffusion.grid.TimeGrid;
import dev.pathline.diffusion.plan.Combination;
import dev.pathline.diffusion.plan.HistoryKind;
import dev.pathline.diffusion.plan.SolverPlan;
import dev.pathline.diffusion.plan.SolverStage;
import dev.pathline.diffusion.plan.SolverStage.Evaluation;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import java.util.List;

/**
 * Heun's method on the probability-flow ODE in {@code t}: an Euler step, and then the mean of the velocities at both ends
 * (Karras et al., arXiv 2206.00364, algorithm 1). The second evaluation is left out of a step that ends clean, so
 * {@code N} steps cost {@code 2N - 1} evaluations.
 */
final class Heun implements Solver {
    private static final SolverInfo INFO = SolverInfo.of("heun", 2, "karras", "Karras et al., arXiv 2206.00364")
            .withEvaluationsPerStep(2);

    @Override
    public SolverInfo info() {
        return INFO;
    }

    @Override
    public SolverPlan plan(NoiseSchedule schedule, TimeGrid grid, SolverOptions options) {
        return Plans.ofStages(this, schedule, grid, HistoryKind.DATA, Heun::stages);
    }

    private static List<SolverStage> stages(Step step) {
        if (step.endsClean()) {
            return List.of(step.stage(step.dataBase()));
        }
        double length = step.u() - step.t();
        Combination predicted = X.plus(step.velocity(X, M0).times(length));
        // In the second stage X is the predicted point at u, Y still the start, and M1 the prediction made there.
        Combination atStart = step.velocity(Y, M1);
        Combination atEnd = Step.velocity(step.schedule(), step.u(), X, M0);
        Combination corrected = Y.plus(atStart.plus(atEnd).times(length / 2));
        return List.of(
                new SolverStage(step.index(), Evaluation.at(step.t()), predicted, Y),
                new SolverStage(step.index(), Evaluation.at(step.u()), corrected, corrected));
    }
}
