package dev.pathline.diffusion.solver;

import dev.pathline.diffusion.grid.TimeGrid;
import dev.pathline.diffusion.plan.SolverPlan;
import dev.pathline.diffusion.plan.SolverStage;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * Singlestep DPM-Solver for a budget of evaluations: one for each interval of the grid, whose points are those of steps of
 * the given order and, where the budget leaves a rest, of lower ones at the end.
 *
 * <p>A step that ends clean, or starts from pure noise, is one interval of first order. Source: Lu et al., arXiv
 * 2206.00927, DPM-Solver-fast; the intermediate points follow diffusers' DPMSolverSinglestepScheduler, which
 * reaches the second by a second-order step of its own.
 */
final class BudgetedSinglestep implements Solver {
    private final SolverInfo info;
    private final ExponentialForm form;

    /** Makes a solver of order 2 or 3, which {@code info} says. */
    BudgetedSinglestep(SolverInfo info, ExponentialForm form) {
        this.info = info;
        this.form = form;
    }

    @Override
    public SolverInfo info() {
        return info;
    }

    @Override
    public SolverPlan plan(NoiseSchedule schedule, TimeGrid grid, SolverOptions options) {
        var rule = new Singlestep(form, schedule, LinearRule.MIDPOINT);
        List<SolverStage> stages = new ArrayList<>();
        int index = 0;
        for (int order : orders(new MultistepHistory(schedule, grid), info.order())) {
            stages.addAll(rule.stages(index, 1, Arrays.copyOfRange(grid.times(), index, index + order + 1)));
            index += order;
        }
        return new SolverPlan(info.name(), schedule, grid, form.history(), stages);
    }

    /** The orders of the steps, which add up to the number of the grid's intervals. */
    static List<Integer> orders(MultistepHistory history, int order) {
        List<Integer> orders = new ArrayList<>();
        int left = history.grid().steps();
        if (history.schedule().alpha(history.grid().start()) == 0) {
            orders.add(1);
            left--;
        }
        // A third-order step is never the last one: the list ends with 2 and 1, 1, or 2.
        int whole = order == 3 && left % 3 == 0 ? Math.max(left / 3 - 1, 0) : left / order;
        orders.addAll(Collections.nCopies(whole, order));
        int rest = left - whole * order;
        if (rest == 3) {
            orders.addAll(List.of(2, 1));
        } else if (rest > 0) {
            orders.add(rest);
        }
        if (history.endsClean() && orders.getLast() == 2) {
            orders.removeLast();
            orders.addAll(List.of(1, 1));
        }
        return orders;
    }
}
