package dev.pathline.diffusion.planner;

import dev.pathline.diffusion.adaptive.AdaptiveSolver;
import dev.pathline.diffusion.adaptive.AdaptiveSolvers;
import dev.pathline.diffusion.solver.Solver;
import dev.pathline.diffusion.solver.SolverInfo;
import dev.pathline.diffusion.solver.Solvers;
import java.util.List;
import java.util.stream.Stream;

/** All there are of solvers: those that compile to plans, and those that choose their own steps. */
public final class SolverCatalog {
    private SolverCatalog() {}

    /** Returns the facts of every solver, the adaptive ones last. */
    public static List<SolverInfo> all() {
        return Stream.concat(
                Solvers.all().stream().map(Solver::info),
                AdaptiveSolvers.all().stream().map(AdaptiveSolver::info)).toList();
    }
}
