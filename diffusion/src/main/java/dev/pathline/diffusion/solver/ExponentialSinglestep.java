package dev.pathline.diffusion.solver;

import dev.pathline.diffusion.grid.TimeGrid;
import dev.pathline.diffusion.plan.SolverPlan;
import dev.pathline.diffusion.plan.SolverStage;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import java.util.List;

/**
 * DPM-Solver and DPM-Solver++ in their singlestep forms: as many evaluations a step as the order, evenly spaced in {@code
 * lambda}. An unbounded step takes one.
 */
final class ExponentialSinglestep implements Solver {
    private final SolverInfo info;
    private final ExponentialForm form;

    /** Makes a solver of order 2 or 3, which {@code info} says. */
    ExponentialSinglestep(SolverInfo info, ExponentialForm form) {
        this.info = info;
        this.form = form;
    }

    @Override
    public SolverInfo info() {
        return info;
    }

    @Override
    public SolverPlan plan(NoiseSchedule schedule, TimeGrid grid, SolverOptions options) {
        var rule = Singlestep.published(form, schedule, info.order());
        return Plans.ofStages(this, schedule, grid, form.history(), step -> stages(step, rule));
    }

    private List<SolverStage> stages(Step step, Singlestep rule) {
        return rule.stages(step.index(), 0, times(step, step.isUnbounded() ? 1 : info.order()));
    }

    /** The ends of a step and {@code order - 1} times between them, evenly spaced in {@code lambda}. */
    static double[] times(Step step, int order) {
        double[] times = new double[order + 1];
        times[0] = step.t();
        times[order] = step.u();
        for (int k = 1; k < order; k++) {
            times[k] = step.schedule().timeOfHalfLogSnr(
                    step.schedule().halfLogSnr(step.t()) + step.h() * k / order);
        }
        return times;
    }
}
