package dev.pathline.diffusion.solver;

import dev.pathline.diffusion.grid.TimeGrid;
import dev.pathline.diffusion.plan.Combination;
import dev.pathline.diffusion.plan.SolverPlan;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import java.util.List;

/**
 * A multistep exponential integrator: the prediction over a step is the polynomial in {@code lambda} through the newest
 * predictions. That is DPM-Solver and DPM-Solver++ in their multistep forms, and DEIS in {@code ln rho = -lambda}.
 *
 * <p>The first steps have fewer predictions and a lower order; see {@link MultistepHistory#usable} for the last ones.
 */
final class ExponentialMultistep implements Solver {
    private final SolverInfo info;
    private final ExponentialForm form;
    private final int values;
    private final LinearRule linear;
    private final double curvature;

    /**
     * Makes a solver.
     *
     * @param values how many predictions it uses, at most 3
     * @param linear what is done with two predictions
     * @param curvature a factor for the second derivative of three predictions, 1 unless it is published otherwise
     */
    ExponentialMultistep(SolverInfo info, ExponentialForm form, int values, LinearRule linear, double curvature) {
        this.info = info;
        this.form = form;
        this.values = values;
        this.linear = linear;
        this.curvature = curvature;
    }

    @Override
    public SolverInfo info() {
        return info;
    }

    @Override
    public SolverPlan plan(NoiseSchedule schedule, TimeGrid grid, SolverOptions options) {
        var history = new MultistepHistory(schedule, grid);
        return Plans.ofUpdates(this, schedule, grid, form.history(), step -> update(step, history));
    }

    private Combination update(Step step, MultistepHistory history) {
        int count = history.usable(step, values);
        if (count == 1) {
            return form.base(step);
        }
        ExponentialStep exact = ExponentialStep.of(form, step);
        List<Combination> derivatives = exact.derivatives(history.times(step, count));
        if (count == 3) {
            derivatives.set(2, derivatives.get(2).times(curvature));
        }
        return form.base(step).plus(exact.weights().change(derivatives, linear));
    }
}
