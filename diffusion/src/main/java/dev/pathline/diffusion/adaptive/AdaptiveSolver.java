package dev.pathline.diffusion.adaptive;

import dev.pathline.diffusion.solver.SolverInfo;

/**
 * A solver of the probability-flow ODE that chooses its own steps, so that the error it estimates for each stays below a
 * tolerance. Implementations are stateless.
 *
 * <p>It solves one sample at a time: the error's norm is over one sample, so its steps, and with them the result, do not
 * depend on a batch. How many evaluations a sample needs is known only afterwards, and differs from sample to sample;
 * that is why there is no plan, and why these solvers are for evaluation and likelihood.
 */
public interface AdaptiveSolver {

    /** Returns what there is to know about this solver. */
    SolverInfo info();

    /** Returns the tolerances it was published with. */
    Tolerances defaultTolerances();

    /**
     * Follows the probability-flow ODE from {@code x} at time {@code t} to time {@code u}, which is met exactly. Where
     * {@code sigma_u = 0} the way ends at the schedule's {@link dev.pathline.diffusion.schedule.NoiseSchedule#minTime} and
     * the prediction of {@code x_0} made there is the result, as it is for every solver.
     *
     * @param x the point at {@code t}; not changed
     * @throws IllegalArgumentException if the solver does not go that way; see the implementations
     * @throws SolveFailedException if the field is not finite, or the tolerance cannot be met
     */
    AdaptiveSolution solve(ModelField field, double[] x, double t, double u, Tolerances tolerances);
}
