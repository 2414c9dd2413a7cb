package dev.pathline.diffusion.solver;

import static dev.pathline.diffusion.plan.Combination.M0;
import static dev.pathline.diffusion.plan.Combination.M1;
import static dev.pathline.diffusion.plan.Combination.X;
import static dev.pathline.diffusion.plan.Combination.Y;

import dev.pathline.diffusion.grid.TimeGrid;
import dev.pathline.diffusion.plan.Combination;
import dev.pathline.diffusion.plan.SolverPlan;
import dev.pathline.diffusion.plan.SolverStage;
import dev.pathline.diffusion.plan.SolverStage.Evaluation;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import java.util.List;

/**
 * UniPC-p in data form (Zhao et al., arXiv 2302.04867, section 3): a predictor through the {@code p} newest predictions, and a corrector that repeats the step with
 * the prediction made at its end, which is not made again: one evaluation a step, and order {@code p + 1}.
 *
 * <p>The paper's linear systems are those of polynomials in {@code lambda}, and {@code B(h)} cancels from them. It is left
 * where a slope is all there is, whose {@code rho} is set to 1/2: a {@link LinearRule}. On the way to clean data no step
 * has a higher {@code p} than steps are left.
 *
 * <p>In the letters of the {@linkplain dev.pathline.diffusion.solver package}, with {@code B} for {@code 1 - e^{-h}}, or for
 * {@code h} in the names with {@code bh1}: the step before, which began at {@code y} at time {@code s}, was {@code g} long in
 * {@code lambda} and has led to the {@code x} at which {@code D_0} was evaluated, is repeated, and the step goes on from its end
 * {@code c} with the same {@code D_0}. UniPC-1:
 *
 * <pre>{@code c   = (sigma_t/sigma_s) y - alpha_t (e^{-g} - 1) D_1 + alpha_t B(g) (D_0 - D_1)/2
 * x_u = (sigma_u/sigma_t) c - alpha_u (e^{-h} - 1) D_0}</pre>
 *
 * <p>UniPC-2, where the parabola through {@code D_0, D_1, D_2} has, at {@code s} and in units of {@code g}, the slope
 * {@code F_1} and the second derivative {@code F_2}; {@code q} is the length of the step before that one, in those units:
 *
 * <pre>{@code a = D_0 - D_1,   b = (D_1 - D_2)/q,   F_2 = 2 (a - b)/(1 + q),   F_1 = a - F_2/2
 * c   = (sigma_t/sigma_s) y - alpha_t (e^{-g} - 1) D_1 + alpha_t ((e^{-g} - 1)/g + 1) F_1
 *       - alpha_t ((e^{-g} - 1 + g)/g^2 - 1/2) F_2
 * x_u = (sigma_u/sigma_t) c - alpha_u (e^{-h} - 1) D_0 + alpha_u B(h) (D_0 - D_1)/(2 r_1)}</pre>
 *
 * <p>UniPC-3 predicts through three predictions, as {@link DpmSolvers#multistep} of order 3 does from {@code c}, and corrects
 * through four.
 *
 * <p>Source: Zhao et al., arXiv 2302.04867, section 3: UniP-p (predictor) and UniC-p (corrector), for the prediction of data.
 */
final class UniPc implements Solver {
    private final SolverInfo info;
    private final int p;
    private final LinearRule rule;

    private UniPc(String name, int p, LinearRule rule, String b) {
        this.info = SolverInfo.of(name, p + 1, "log-snr",
                "Zhao et al., arXiv 2302.04867, section 3, UniP-p and UniC-p, B(h) = " + b).asMultistep();
        this.p = p;
        this.rule = rule;
    }

    static Solver bh1(int p) {
        return new UniPc("unipc-" + p + "-bh1", p, LinearRule.LEADING, "h");
    }

    static Solver bh2(int p) {
        return new UniPc("unipc-" + p, p, LinearRule.MIDPOINT, "expm1(h)");
    }

    @Override
    public SolverInfo info() {
        return info;
    }

    @Override
    public SolverPlan plan(NoiseSchedule schedule, TimeGrid grid, SolverOptions options) {
        var history = new MultistepHistory(schedule, grid);
        return Plans.ofStages(this, schedule, grid, ExponentialForm.DATA.history(),
                step -> List.of(stage(step, history)));
    }

    private SolverStage stage(Step step, MultistepHistory history) {
        Combination corrected = step.index() == 0
                ? X
                : corrected(Step.of(history.schedule(), history.grid(), step.index() - 1), step, history);
        Combination predicted = through(history.times(step, order(step, history)), step, corrected, M0);
        return new SolverStage(step.index(), Evaluation.at(step.t()), predicted, corrected);
    }

    /** Where the step before, which began at {@code Y}, ends now that there is a prediction at its end. */
    private Combination corrected(Step before, Step step, MultistepHistory history) {
        return before.isUnbounded() ? X : through(history.times(step, order(before, history) + 1), before, Y, M1);
    }

    private Combination through(double[] times, Step step, Combination start, Combination atStart) {
        ExponentialStep exact = ExponentialStep.of(ExponentialForm.DATA, step);
        return exact.constant(start, atStart)
                .plus(exact.weights().change(exact.derivatives(times), rule));
    }

    private int order(Step step, MultistepHistory history) {
        return history.usable(step, history.endsClean() ? Math.min(p, history.grid().steps() - step.index()) : p);
    }
}
