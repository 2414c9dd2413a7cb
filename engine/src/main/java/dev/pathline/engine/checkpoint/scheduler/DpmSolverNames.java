package dev.pathline.engine.checkpoint.scheduler;

import java.util.Map;

/** Our solvers that compute what diffusers' multistep DPM-Solvers compute, with or without EDM's preconditioning. */
final class DpmSolverNames {

    private static final Map<String, String> SOLVERS = Map.of(
            "dpmsolver++ 1 midpoint", "ddim",
            "dpmsolver++ 1 heun", "ddim",
            "dpmsolver++ 2 midpoint", "dpm-solver++-2m",
            "dpmsolver++ 2 heun", "dpm-solver++-2m-heun",
            "dpmsolver++ 3 heun", "dpm-solver++-3m-legacy",
            "sde-dpmsolver++ 1 midpoint", "sde-dpm-solver++-1",
            "sde-dpmsolver++ 1 heun", "sde-dpm-solver++-1",
            "sde-dpmsolver++ 2 midpoint", "sde-dpm-solver++-2m");

    private DpmSolverNames() {}

    static String of(SchedulerConfig config) {
        int order = config.count("solver_order", 2);
        String algorithm = config.choice("algorithm_type", "dpmsolver++",
                Map.of("dpmsolver++", "dpmsolver++", "sde-dpmsolver++", "sde-dpmsolver++"));
        String type = config.choice("solver_type", "midpoint", Map.of("midpoint", "midpoint", "heun", "heun"));
        String solver = SOLVERS.get(algorithm + " " + order + " " + type);
        if (solver == null) {
            throw config.wrong("solver_order", "with algorithm_type " + algorithm + " and solver_type " + type
                    + " there is no solver here that computes the same");
        }
        if (order == 3 && !config.flag("lower_order_final", true)) {
            throw config.wrong("lower_order_final", "supported is true");
        }
        return solver;
    }
}
