package dev.pathline.diffusion.solver;

/**
 * The settings a solver may have beside its time grid. A solver ignores what it does not have.
 *
 * @param eta the stochasticity, 0 to 1: 0 follows the probability-flow ODE, 1 is the ancestral sampler
 */
public record SolverOptions(double eta) {

    /** @throws IllegalArgumentException if {@code eta} is not in {@code [0, 1]} */
    public SolverOptions {
        if (!(eta >= 0 && eta <= 1)) {
            throw new IllegalArgumentException("eta must be between 0 and 1, not " + eta);
        }
    }
}
