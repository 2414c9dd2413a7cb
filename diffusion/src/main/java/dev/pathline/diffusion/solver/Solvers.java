package dev.pathline.diffusion.solver;

import java.util.List;
import java.util.Optional;

/** The solvers by name. */
public final class Solvers {
    private static final List<Solver> ALL = List.of(
            // On the probability-flow ODE in t
            RungeKutta.euler(),
            RungeKutta.heun(),
            RungeKutta.rk4(),
            // Exponential integrators in lambda
            new Ddim(false),
            new Ddim(true),
            DpmSolvers.first(),
            DpmSolvers.singlestep(ExponentialForm.NOISE, 2),
            DpmSolvers.singlestep(ExponentialForm.NOISE, 3),
            DpmSolvers.fast(ExponentialForm.NOISE, 3),
            DpmSolvers.multistep(ExponentialForm.NOISE, 2),
            DpmSolvers.multistep(ExponentialForm.NOISE, 3),
            DpmSolvers.legacy(ExponentialForm.NOISE),
            DpmSolvers.midpoint(),
            DpmSolvers.singlestep(ExponentialForm.DATA, 2),
            DpmSolvers.singlestep(ExponentialForm.DATA, 3),
            DpmSolvers.fast(ExponentialForm.DATA, 2),
            DpmSolvers.fast(ExponentialForm.DATA, 3),
            DpmSolvers.multistep(ExponentialForm.DATA, 2),
            DpmSolvers.heun(),
            DpmSolvers.multistep(ExponentialForm.DATA, 3),
            DpmSolvers.legacy(ExponentialForm.DATA),
            new TabDeis(1),
            new TabDeis(2),
            new TabDeis(3),
            DpmSolvers.logRho(2),
            DpmSolvers.logRho(3),
            UniPc.bh2(1),
            UniPc.bh2(2),
            UniPc.bh2(3),
            UniPc.bh1(1),
            UniPc.bh1(2),
            UniPc.bh1(3),
            new Ipndm(),
            EdmStochastic.withoutNoise(),
            // With noise
            Ancestral.fixedSmall(),
            Ancestral.fixedLarge(),
            new EulerAncestral(),
            SdeDpmSolverPlusPlus.of(1),
            SdeDpmSolverPlusPlus.of(2),
            SdeDpmSolverPlusPlus.of(3),
            EdmStochastic.withNoise(),
            new EulerMaruyama(),
            new PredictorCorrector(),
            new AnnealedLangevin(),
            // On flow maps
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
}
