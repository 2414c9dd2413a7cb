package dev.pathline.diffusion.adaptive;

import java.util.List;
import java.util.Optional;

/** The adaptive solvers by name. */
public final class AdaptiveSolvers {
    private static final List<AdaptiveSolver> ALL = List.of(
            new Rk45(), new AdaptiveDpmSolver(2), new AdaptiveDpmSolver(3));

    private AdaptiveSolvers() {}

    /** Returns every adaptive solver. */
    public static List<AdaptiveSolver> all() {
        return ALL;
    }

    /** Returns the adaptive solver of that name, or nothing. */
    public static Optional<AdaptiveSolver> find(String name) {
        return ALL.stream().filter(solver -> solver.info().name().equals(name)).findFirst();
    }
}
