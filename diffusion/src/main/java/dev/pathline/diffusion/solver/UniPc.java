package dev.pathline.diffusion.solver;

import static dev.pathline.diffusion.plan.Combination.X;
import static dev.pathline.diffusion.plan.Combination.Y;

import dev.pathline.diffusion.grid.TimeGrid;
import dev.pathline.diffusion.plan.Combination;
import dev.pathline.diffusion.plan.SolverPlan;
import dev.pathline.diffusion.plan.SolverStage;
import dev.pathline.diffusion.plan.SolverStage.Evaluation;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * UniPC-p in data form: a predictor through the {@code p} newest predictions, and a corrector that repeats the step with
 * the prediction made at its end, which is not made again: one evaluation a step, and order {@code p + 1}.
 *
 * <p>The paper's linear systems are those of polynomials in {@code lambda}, and {@code B(h)} cancels from them. It is left
 * where one slope is all there is, whose {@code rho} is set to 1/2: {@link LinearRule}. No step to clean data is corrected,
 * and steps before the last one to clean data have no higher order than steps are left.
 *
 * <p>Source: Zhao et al., arXiv 2302.04867, algorithms 1 and 2 and appendix A (data prediction).
 */
final class UniPc implements Solver {
    private final SolverInfo info;
    private final int p;
    private final LinearRule rule;

    private UniPc(String suffix, int p, LinearRule rule) {
        this.info = SolverInfo.of("unipc-" + p + suffix, p + 1, "log-snr",
                "Zhao et al., arXiv 2302.04867, algorithms 1 and 2 (" + (suffix.isEmpty() ? "B2" : "B1") + ")")
                .asMultistep();
        this.p = p;
        this.rule = rule;
    }

    /** With {@code B(h) = expm1(-h)}. */
    static Solver bh2(int p) {
        return new UniPc("", p, LinearRule.MIDPOINT);
    }

    /** With {@code B(h) = -h}. */
    static Solver bh1(int p) {
        return new UniPc("-bh1", p, LinearRule.LEADING);
    }

    @Override
    public SolverInfo info() {
        return info;
    }

    @Override
    public SolverPlan plan(NoiseSchedule schedule, TimeGrid grid, SolverOptions options) {
        var past = new Past(schedule, grid);
        return Plans.ofStages(this, schedule, grid, Form.DATA.history(), step -> List.of(stage(step, past)));
    }

    private SolverStage stage(Step step, Past past) {
        Combination corrected = step.index() == 0
                ? X
                : corrected(Step.of(past.schedule(), past.grid(), step.index() - 1), past);
        int order = order(step, past);
        Combination predicted = through(step, corrected, past.times(step, order), Past.VALUES.subList(0, order));
        return new SolverStage(step.index(), Evaluation.at(step.t()), predicted, corrected);
    }

    /** Where the previous step ends, which started at {@code Y}, once there is a prediction at its end. */
    private Combination corrected(Step previous, Past past) {
        if (previous.isUnbounded()) {
            return X;
        }
        int order = order(previous, past);
        double[] times = new double[order + 1];
        System.arraycopy(past.times(previous, order), 0, times, 0, order);
        times[order] = previous.u();
        List<Combination> values = new ArrayList<>(Past.VALUES.subList(0, order + 1));
        Collections.rotate(values, -1);
        return through(previous, Y, times, values);
    }

    private Combination through(Step step, Combination start, double[] times, List<Combination> values) {
        ExponentialStep exact = ExponentialStep.of(Form.DATA, step);
        Combination constant = exact.constant(start, values.getFirst());
        return times.length == 1 ? constant : constant.plus(exact.change(exact.derivatives(times, values), rule));
    }

    private int order(Step step, Past past) {
        int left = past.grid().steps() - step.index();
        return past.usable(step, past.endsClean() ? Math.min(p, left) : p);
    }
}
