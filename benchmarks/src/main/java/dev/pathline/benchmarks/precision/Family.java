package dev.pathline.benchmarks.precision;

import dev.pathline.diffusion.solver.SolverInfo;
import java.awt.Color;
import java.util.regex.Pattern;

/** Solvers that are alike have a colour in common. The colours can be told apart by colour-blind people (Okabe and Ito). */
enum Family {
    DDIM("ddim.*", 0x000000), RUNGE_KUTTA("euler|heun|rk4", 0xE69F00), DPM_SOLVER("dpm-solver-.*",
            0x56B4E9), DPM_SOLVER_PLUS_PLUS("dpm-solver\\+\\+.*", 0x0072B2), DEIS("deis.*|ipndm.*",
                    0x009E73), UNIPC("uni.*", 0xD55E00), SDE("sde.*", 0xCC79A7), OTHER(".*", 0x888888);

    private final Pattern names;
    private final Color colour;

    Family(String names, int colour) {
        this.names = Pattern.compile(names);
        this.colour = new Color(colour);
    }

    Color colour() {
        return colour;
    }

    static Family of(SolverInfo solver) {
        for (Family family : values()) {
            if (!solver.adaptive() && family.names.matcher(solver.name()).matches()) {
                return family;
            }
        }
        return OTHER;
    }
}
