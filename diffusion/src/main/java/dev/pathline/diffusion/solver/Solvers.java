package dev.pathline.diffusion.solver;

import java.util.List;
import java.util.Optional;

/** The solvers by name. */
public final class Solvers {
    private static final List<Solver> ALL = List.of(
            new Ddim(),
            new Euler(),
            new Heun(),
            new DpmSolverPlusPlus2M(),
            Ancestral.fixedSmall(),
            new EulerAncestral(),
            Ancestral.fixedLarge(),
            new EulerMaruyama(),
            new PredictorCorrector(),
            new AnnealedLangevin(AnnealedLangevin.DEFAULT_INNER_STEPS),
            new EdmStochastic(Churn.CIFAR_10),
            new SdeDpmSolverPlusPlus(1),
            new SdeDpmSolverPlusPlus(2),
            Jumps.consistency(),
            Jumps.ctm(),
            Jumps.meanFlow(),
            Jumps.shortcut());

    private Solvers() {}

    /** Returns every solver. */
    public static List<Solver> all() {
        return ALL;
    }

    /** Returns the names of every solver. */
    public static List<String> names() {
        return ALL.stream().map(solver -> solver.info().name()).toList();
    }

    /** Returns the solver of that name, or nothing. */
    public static Optional<Solver> find(String name) {
        return ALL.stream().filter(solver -> solver.info().name().equals(name)).findFirst();
    }

    /**
     * Returns the solver of that name.
     *
     * @throws IllegalArgumentException if there is none; the message lists the names
     */
    public static Solver byName(String name) {
        return find(name).orElseThrow(() -> new IllegalArgumentException(
                "unknown solver '" + name + "'; known are " + String.join(", ", names())));
    }

    /** Returns {@code edm-stochastic} with other noise than the listed one's, which is {@link Churn#CIFAR_10}. */
    public static Solver edmStochastic(Churn churn) {
        return new EdmStochastic(churn);
    }

    /**
     * Returns {@code annealed-langevin} with another number of steps at each noise level than the listed one's, 10.
     *
     * @throws IllegalArgumentException if {@code innerSteps} is below 1
     */
    public static Solver annealedLangevin(int innerSteps) {
        return new AnnealedLangevin(innerSteps);
    }
}
