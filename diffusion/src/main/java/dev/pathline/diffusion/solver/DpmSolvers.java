package dev.pathline.diffusion.solver;

/** The DPM-Solvers: in noise form 'dpm-solver', in data form 'dpm-solver++'. */
final class DpmSolvers {
    private static final String NOISE_PAPER = "Lu et al., arXiv 2206.00927, ";
    private static final String DATA_PAPER = "Lu et al., arXiv 2211.01095, ";
    private static final String CODE = "; LuChengTHU/dpm-solver, ";

    private DpmSolvers() {}

    /** DPM-Solver-1, which is DDIM in noise form. */
    static Solver first() {
        return new ExponentialMultistep(
                info(ExponentialForm.NOISE, "1", 1, NOISE_PAPER + "equation 3.7"), ExponentialForm.NOISE, 1,
                LinearRule.EXACT, 1);
    }

    /** The solver of order 2 or 3 with that many evaluations a step. */
    static Solver singlestep(ExponentialForm form, int order) {
        String source = form == ExponentialForm.NOISE
                ? NOISE_PAPER + "algorithm " + (order - 1)
                : DATA_PAPER + "algorithm 1" + (order == 2 ? "" : CODE + "singlestep third update");
        return new ExponentialSinglestep(info(form, order + "s", order, source).withEvaluationsPerStep(order), form);
    }

    /** The midpoint of a step in {@code ln(sigma/alpha)}: k-diffusion's dpm_2 is DPM-Solver-2 under another name. */
    static Solver midpoint() {
        return new ExponentialSinglestep(SolverInfo.of("midpoint", 2, "karras",
                "Crowson, k-diffusion, sample_dpm_2; " + NOISE_PAPER + "algorithm 1").withEvaluationsPerStep(2),
                ExponentialForm.NOISE);
    }

    /** The solver of order 2 or 3 with one evaluation for each interval of the grid. */
    static Solver fast(ExponentialForm form, int order) {
        String suffix = form == ExponentialForm.NOISE ? "fast" : "fast-" + order;
        String source = (form == ExponentialForm.NOISE
                ? NOISE_PAPER + "algorithms 1 and 2"
                : DATA_PAPER + "algorithm 1")
                + CODE + "get_orders_and_timesteps_for_singlestep_solver";
        return new BudgetedSinglestep(info(form, suffix, order, source), form);
    }

    /** The multistep solver of order 2, in the midpoint form, or 3. */
    static Solver multistep(ExponentialForm form, int order) {
        String source = order == 2 ? "second update" : "third update, its second difference doubled";
        return new ExponentialMultistep(info(form, order + "m", order, multistepSource(form, source)).asMultistep(),
                form, order, order == 2 ? LinearRule.MIDPOINT : LinearRule.EXACT, 1);
    }

    /** DPM-Solver++(2M) with the exact integral of the slope; diffusers' solver_type 'heun'. */
    static Solver heun() {
        String source = multistepSource(ExponentialForm.DATA, "second update, solver_type taylor");
        return new ExponentialMultistep(
                info(ExponentialForm.DATA, "2m-heun", 2, source).asMultistep(), ExponentialForm.DATA, 2,
                LinearRule.EXACT, 1);
    }

    /**
     * The third-order multistep solver as published code has it, where the second difference stands for the second
     * derivative, of which it is half. Its order is 2; it is here to repeat old images. The second step, which has no second
     * difference yet, is that of {@link #heun}.
     */
    static Solver legacy(ExponentialForm form) {
        String source = multistepSource(form, "third update as published");
        return new ExponentialMultistep(
                info(form, "3m-legacy", 2, source).asMultistep(), form, 3, LinearRule.EXACT, 0.5);
    }

    /**
     * DEIS with the polynomial in {@code ln(sigma/alpha)}: as that is {@code -lambda}, it is the multistep DPM-Solver with
     * the exact integral of the slope.
     */
    static Solver logRho(int order) {
        return new ExponentialMultistep(SolverInfo.of("deis-log-rho-" + order, order, "log-snr",
                "Zhang and Chen, arXiv 2204.13902, equation 6; diffusers, solver_type logrho").asMultistep(),
                ExponentialForm.NOISE, order, LinearRule.EXACT, 1);
    }

    private static String multistepSource(ExponentialForm form, String update) {
        return (form == ExponentialForm.NOISE ? NOISE_PAPER + "equation 3.4" : DATA_PAPER + "algorithm 2") + CODE
                + "multistep "
                + update;
    }

    private static SolverInfo info(ExponentialForm form, String suffix, int order, String source) {
        return SolverInfo.of((form == ExponentialForm.NOISE ? "dpm-solver-" : "dpm-solver++-") + suffix, order,
                "log-snr", source);
    }
}
