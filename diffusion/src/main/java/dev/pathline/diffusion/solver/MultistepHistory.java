package dev.pathline.diffusion.solver;

import static dev.pathline.diffusion.plan.Combination.M0;
import static dev.pathline.diffusion.plan.Combination.M1;
import static dev.pathline.diffusion.plan.Combination.M2;
import static dev.pathline.diffusion.plan.Combination.M3;

import dev.pathline.diffusion.grid.TimeGrid;
import dev.pathline.diffusion.plan.Combination;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The predictions at the grid's earlier times that a multistep solver can use.
 *
 * @param schedule the noise schedule
 * @param grid the time grid; step {@code i} makes its prediction at time {@code i}
 */
public record MultistepHistory(
        NoiseSchedule schedule,
        TimeGrid grid) {

    /** The history, newest first: {@code M0..M3}. */
    public static final List<Combination> VALUES = List.of(M0, M1, M2, M3);

    /** Below this number of steps a high order before the last step does harm; diffusers' lower_order_final. */
    private static final int FEW_STEPS = 15;

    /**
     * Returns how many of the newest predictions, the step's own among them, a solver that wants {@code most} of them gets:
     * fewer while the history fills, 1 for an unbounded step, and at most 2 in the last but one of few steps to clean data.
     * A prediction at {@code alpha = 0} is infinitely far away in {@code lambda}, and does not count.
     */
    public int usable(Step step, int most) {
        if (step.isUnbounded()) {
            return 1;
        }
        return Math.min(known(step), isBeforeCleanStep(step) && grid.steps() < FEW_STEPS ? Math.min(most, 2) : most);
    }

    /** Returns how many predictions at finite {@code lambda} there are once the step has made its own. */
    public int known(Step step) {
        return step.index() + (schedule.alpha(grid.start()) == 0 ? 0 : 1);
    }

    /** Returns whether the step is the last but one, and the last ends at clean data. */
    public boolean isBeforeCleanStep(Step step) {
        return endsClean() && step.index() == grid.steps() - 2;
    }

    /** Returns whether the grid ends at clean data. */
    public boolean endsClean() {
        return schedule.sigma(grid.end()) == 0;
    }

    /** Returns the times of the {@code count} newest predictions, newest first; the first is where the step starts. */
    public double[] times(Step step, int count) {
        return IntStream.range(0, count).mapToDouble(k -> grid.time(step.index() - k)).toArray();
    }
}
