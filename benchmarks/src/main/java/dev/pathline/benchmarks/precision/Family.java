package dev.pathline.benchmarks.precision;

import dev.pathline.diffusion.solver.SolverInfo;
import java.util.regex.Pattern;

/** Solvers that are alike and share a panel. */
enum Family {
    RUNGE_KUTTA("DDIM, Runge-Kutta in t", "ddim|euler|heun|rk4"), DPM_SOLVER("DPM-Solver",
            "dpm-solver-.*|midpoint"), DPM_SOLVER_PLUS_PLUS("DPM-Solver++", "dpm-solver\\+\\+.*"), DEIS("DEIS, iPNDM",
                    "deis.*|ipndm.*"), UNIPC("UniPC", "uni.*"), ADAPTIVE("adaptive", ""), OTHER("others", ".*");

    private final String title;
    private final Pattern names;

    Family(String title, String names) {
        this.title = title;
        this.names = Pattern.compile(names);
    }

    String title() {
        return title;
    }

    static Family of(SolverInfo solver) {
        if (solver.adaptive()) {
            return ADAPTIVE;
        }
        for (Family family : values()) {
            if (family.names.matcher(solver.name()).matches()) {
                return family;
            }
        }
        return OTHER;
    }
}
