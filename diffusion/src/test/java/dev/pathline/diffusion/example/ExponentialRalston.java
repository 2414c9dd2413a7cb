package dev.pathline.diffusion.example;

import static dev.pathline.diffusion.plan.Combination.M0;
import static dev.pathline.diffusion.plan.Combination.M1;
import static dev.pathline.diffusion.plan.Combination.Y;

import dev.pathline.diffusion.grid.TimeGrid;
import dev.pathline.diffusion.plan.Combination;
import dev.pathline.diffusion.plan.HistoryKind;
import dev.pathline.diffusion.plan.SolverPlan;
import dev.pathline.diffusion.plan.SolverStage;
import dev.pathline.diffusion.plan.SolverStage.Evaluation;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import dev.pathline.diffusion.solver.ExponentialForm;
import dev.pathline.diffusion.solver.ExponentialStep;
import dev.pathline.diffusion.solver.Plans;
import dev.pathline.diffusion.solver.Solver;
import dev.pathline.diffusion.solver.SolverInfo;
import dev.pathline.diffusion.solver.SolverOptions;
import dev.pathline.diffusion.solver.Step;
import java.util.List;

/**
 * Ralston's method as an exponential integrator: a second evaluation at two thirds of each step in log-SNR, and the slope
 * between the two.
 */
public final class ExponentialRalston implements Solver {
    private static final double NODE = 2 / 3.0;

    @Override
    public SolverInfo info() {
        return SolverInfo.of("exponential-ralston", 2, "log-snr", "docs/solvers.md").withEvaluationsPerStep(2);
    }

    @Override
    public SolverPlan plan(NoiseSchedule schedule, TimeGrid grid, SolverOptions options) {
        return Plans.ofStages(this, schedule, grid, HistoryKind.DATA, ExponentialRalston::stages);
    }

    private static List<SolverStage> stages(Step step) {
        if (step.isUnbounded()) {
            return List.of(step.stage(step.dataBase()));
        }
        double middle = step.timeAt(NODE);
        Combination toMiddle = new Step(step.schedule(), step.index(), step.t(), middle).dataBase();
        var whole = ExponentialStep.of(ExponentialForm.DATA, step);
        Combination slope = M0.minus(M1).times(1 / NODE);
        Combination end = whole.constant(Y, M1).plus(slope.times(whole.weights().weight(1)));
        return List.of(
                new SolverStage(step.index(), Evaluation.at(step.t()), toMiddle, Y),
                new SolverStage(step.index(), Evaluation.at(middle), end, end));
    }
}
