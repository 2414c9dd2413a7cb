package dev.pathline.diffusion.adaptive;

import dev.pathline.diffusion.grid.TimeGrids;
import dev.pathline.diffusion.solver.SolverInfo;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The adaptive solvers by name. */
public final class AdaptiveSolvers {
    private static final List<AdaptiveSolver> ALL = List.of(new Rk45());

    private AdaptiveSolvers() {}

    /** Returns every adaptive solver. */
    public static List<AdaptiveSolver> all() {
        return ALL;
    }

    /** Returns the adaptive solver of that name, or nothing. */
    public static Optional<AdaptiveSolver> find(String name) {
        return ALL.stream().filter(solver -> solver.info().name().equals(name)).findFirst();
    }

    /** The facts of a deterministic solver that takes no time grid. */
    static SolverInfo info(String name, int order, int evaluationsPerStep, String source) {
        return new SolverInfo(name, order, evaluationsPerStep, true, true, false, false, Set.copyOf(TimeGrids.names()),
                "log-snr", null, source);
    }
}
