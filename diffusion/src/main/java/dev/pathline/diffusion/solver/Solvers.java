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
            new Ancestral(),
            new EulerAncestral(),
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
