package dev.pathline.diffusion.solver;

import dev.pathline.diffusion.grid.TimeGrid;
import dev.pathline.diffusion.plan.SolverPlan;
import dev.pathline.diffusion.schedule.NoiseSchedule;

/**
 * A solver of the probability-flow ODE or of an SDE with the same marginals. It never touches a tensor: it compiles to
 * a plan, whose weights depend on the schedule and the time grid alone. Implementations are stateless.
 *
 * <p>A step that ends at {@code sigma = 0} is, for every solver, the prediction of {@code x_0} without noise; that is the
 * limit of the exact exponential step, while the polynomial ones diverge there.
 */
public interface Solver {

    /** Returns what there is to know about this solver. */
    SolverInfo info();

    /**
     * Compiles this solver for {@code grid}, which may be of any length from one step on.
     *
     * @param options of the type of {@link SolverInfo#options}; a solver that has none does not look at them
     * @throws IllegalArgumentException if the options are of another type, or the grid leaves the schedule's domain, so that a
     *         weight is not finite
     */
    SolverPlan plan(NoiseSchedule schedule, TimeGrid grid, SolverOptions options);

    /** Compiles this solver with its default options. */
    default SolverPlan plan(NoiseSchedule schedule, TimeGrid grid) {
        return plan(schedule, grid, info().options());
    }
}
