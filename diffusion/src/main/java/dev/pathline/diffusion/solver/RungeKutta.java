package dev.pathline.diffusion.solver;

import static dev.pathline.diffusion.plan.Combination.X;
import static dev.pathline.diffusion.plan.Combination.Y;

import dev.pathline.diffusion.grid.TimeGrid;
import dev.pathline.diffusion.plan.Combination;
import dev.pathline.diffusion.plan.HistoryKind;
import dev.pathline.diffusion.plan.SolverPlan;
import dev.pathline.diffusion.plan.SolverStage;
import dev.pathline.diffusion.plan.SolverStage.Evaluation;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import java.util.ArrayList;
import java.util.List;

/**
 * An explicit Runge-Kutta method of at most four stages on the probability-flow ODE in {@code t}. A step that ends clean
 * takes one evaluation, so {@code N} steps to clean data cost {@code s (N - 1) + 1}. With {@code d = u - t < 0} and the velocity
 * {@code v(x, t) = (sigma'/sigma) x - (Delta/sigma) D(x, t)}, {@code Delta = alpha sigma' - sigma alpha'}:
 *
 * <pre>{@code euler   x_u = x + d v(x, t)
 * heun    y = x + d v(x, t),   x_u = x + d (v(x, t) + v(y, u))/2
 * rk4     a = v(x, t),   b = v(x + d a/2, t + d/2),   c = v(x + d b/2, t + d/2),   e = v(x + d c, u)
 *         x_u = x + d (a + 2 b + 2 c + e)/6}</pre>
 */
final class RungeKutta implements Solver {
    private final SolverInfo info;
    private final Tableau tableau;

    private RungeKutta(SolverInfo info, Tableau tableau) {
        this.info = info.withEvaluationsPerStep(tableau.stages());
        this.tableau = tableau;
    }

    static Solver euler() {
        return new RungeKutta(SolverInfo.of("euler", 1, "log-snr",
                "Song et al., arXiv 2011.13456, equation 13; Liu et al., arXiv 2209.03003, algorithm 1"),
                Tableau.EULER);
    }

    static Solver heun() {
        return new RungeKutta(
                SolverInfo.of("heun", 2, "karras", "Karras et al., arXiv 2206.00364, algorithm 1"), Tableau.HEUN);
    }

    static Solver rk4() {
        return new RungeKutta(SolverInfo.of("rk4", 4, "log-snr",
                "Kutta 1901; on the probability-flow ODE of Song et al., arXiv 2011.13456, equation 13"),
                Tableau.CLASSICAL);
    }

    @Override
    public SolverInfo info() {
        return info;
    }

    @Override
    public SolverPlan plan(NoiseSchedule schedule, TimeGrid grid, SolverOptions options) {
        return Plans.ofStages(this, schedule, grid, HistoryKind.DATA, this::stages);
    }

    private List<SolverStage> stages(Step step) {
        if (step.endsClean()) {
            return List.of(step.stage(step.dataBase()));
        }
        List<SolverStage> stages = new ArrayList<>();
        for (int i = 0; i < tableau.stages(); i++) {
            Combination next = next(step, i);
            stages.add(new SolverStage(
                    step.index(), Evaluation.at(time(step, i)), next, i == tableau.stages() - 1 ? next : Y));
        }
        return stages;
    }

    /** Where stage {@code i} leads, in its registers: it is {@code X} itself, earlier points follow from {@code Y} and the history. */
    private Combination next(Step step, int i) {
        List<Combination> velocities = new ArrayList<>();
        Combination point = Y;
        for (int j = 0; j <= i; j++) {
            velocities.add(Step.velocity(
                    step.schedule(), time(step, j), j == i ? X : point, MultistepHistory.VALUES.get(i - j)));
            point = Y;
            for (int k = 0; k <= j; k++) {
                point = point.plus(velocities.get(k).times(tableau.weight(j, k) * (step.u() - step.t())));
            }
        }
        return point;
    }

    private double time(Step step, int i) {
        double share = tableau.node(i);
        return share == 1 ? step.u() : step.t() + share * (step.u() - step.t());
    }
}
