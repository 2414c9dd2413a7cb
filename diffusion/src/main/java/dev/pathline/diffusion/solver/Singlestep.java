package dev.pathline.diffusion.solver;

import static dev.pathline.diffusion.plan.Combination.M0;
import static dev.pathline.diffusion.plan.Combination.M1;
import static dev.pathline.diffusion.plan.Combination.Y;

import dev.pathline.diffusion.plan.Combination;
import dev.pathline.diffusion.plan.SolverStage;
import dev.pathline.diffusion.plan.SolverStage.Evaluation;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import java.util.ArrayList;
import java.util.List;

/**
 * The stages of an exponential Runge-Kutta step of order 1 to 3 in {@code lambda}: from the start at {@code times[0]} to
 * each later time in turn, with the slope between the predictions at the start and at the time before; the last one is where
 * the step ends.
 *
 * <p>With {@code r = h_before / h}, a time is reached by {@code constant + w (m_before - m_start) / r}.
 *
 * <p>Source: Lu et al., arXiv 2206.00927, algorithms 1 and 2 (there with {@code r} of 1/2, and of 1/3 and 2/3), and arXiv
 * 2211.01095, algorithm 1.
 *
 * @param second the rule by which {@code times[2]} is reached; {@code times[3]} is always reached by the exact one
 */
record Singlestep(
        ExponentialForm form,
        NoiseSchedule schedule,
        LinearRule second) {

    /** Returns the rules of the papers' solvers of order 2 or 3. */
    static Singlestep published(ExponentialForm form, NoiseSchedule schedule, int order) {
        return new Singlestep(form, schedule, order == 2 ? LinearRule.MIDPOINT : LinearRule.EXACT);
    }

    /**
     * Returns one stage for each interval of {@code times}.
     *
     * @param index the outer step of the first stage
     * @param stride how many outer steps lie between one stage and the next: 1 where each interval is one, else 0
     */
    List<SolverStage> stages(int index, int stride, double... times) {
        List<SolverStage> stages = new ArrayList<>();
        for (int k = 1; k < times.length; k++) {
            Combination next = k == 1
                    ? form.base(new Step(schedule, index, times[0], times[1]))
                    : reach(times[0], times[k - 1], times[k], MultistepHistory.VALUES.get(k - 1), M0,
                            k == 2 ? second : LinearRule.EXACT);
            stages.add(new SolverStage(index + stride * (k - 1), Evaluation.at(times[k - 1]), next,
                    k == times.length - 1 ? next : Y));
        }
        return stages;
    }

    /**
     * Returns what the last stage would lead to without the prediction it makes itself: the result of one order less, with
     * the midpoint rule for a slope.
     *
     * @param times at least three, as for {@link #stages}
     */
    Combination lower(double... times) {
        int order = times.length - 1;
        double end = times[order];
        Combination atStart = MultistepHistory.VALUES.get(order - 1);
        return order == 2
                ? new ExponentialStep(form, schedule, times[0], end).constant(Y, atStart)
                : reach(times[0], times[order - 2], end, atStart, M1, LinearRule.MIDPOINT);
    }

    private Combination reach(
            double start, double before, double end, Combination atStart, Combination atBefore, LinearRule rule) {
        var whole = new ExponentialStep(form, schedule, start, end);
        double r = new ExponentialStep(form, schedule, start, before).h() / whole.h();
        return whole.constant(Y, atStart).plus(atBefore.minus(atStart).times(rule.weight(whole.weights()) / r));
    }
}
