package dev.pathline.diffusion.solver;

/** The DPM-Solvers: in noise form 'dpm-solver', in data form 'dpm-solver++'. */
final class DpmSolvers {
    private static final String NOISE_PAPER = "Lu et al., arXiv 2206.00927, ";
    private static final String DATA_PAPER = "Lu et al., arXiv 2211.01095, ";

    private DpmSolvers() {}

    /** DPM-Solver-1, which is DDIM in noise form. */
    static Solver first() {
        return new ExponentialMultistep(
                info(Form.NOISE, "1", 1, NOISE_PAPER + "equation 3.7"), Form.NOISE, 1, LinearRule.EXACT, 1);
    }

    /** The solver of order 2 or 3 with that many evaluations a step. */
    static Solver singlestep(Form form, int order) {
        String source = form == Form.NOISE
                ? NOISE_PAPER + "algorithm " + (order - 1)
                : DATA_PAPER + (order == 2 ? "algorithm 1" : "appendix B; dpm_solver_pytorch, singlestep third update");
        return new ExponentialSinglestep(info(form, order + "s", order, source).withEvaluationsPerStep(order), form);
    }

    /** The midpoint of a step in {@code ln(sigma/alpha)}: k-diffusion's dpm_2 is DPM-Solver-2 under another name. */
    static Solver midpoint() {
        return new ExponentialSinglestep(SolverInfo.of("midpoint", 2, "karras",
                "Crowson, k-diffusion, sample_dpm_2; " + NOISE_PAPER + "algorithm 1").withEvaluationsPerStep(2),
                Form.NOISE);
    }

    /** The solver of order 2 or 3 with one evaluation for each interval of the grid. */
    static Solver fast(Form form, int order) {
        String suffix = form == Form.NOISE ? "fast" : "fast-" + order;
        return new BudgetedSinglestep(info(form, suffix, order, NOISE_PAPER + "appendix D.3 (DPM-Solver-fast)"
                + (form == Form.NOISE ? "" : "; " + DATA_PAPER + "algorithm 1")), form);
    }

    /** The multistep solver of order 2 or 3; the second order is the midpoint form. */
    static Solver multistep(Form form, int order) {
        String source = order == 2 && form == Form.DATA
                ? DATA_PAPER + "algorithm 2"
                : DATA_PAPER + "equation 4.5 and appendix B; dpm_solver_pytorch"
                        + (order == 2 ? "" : ", with the second difference doubled");
        return new ExponentialMultistep(
                info(form, order + "m", order, source).asMultistep(), form, order,
                order == 2 ? LinearRule.MIDPOINT : LinearRule.EXACT, 1);
    }

    /** DPM-Solver++(2M) with the exact integral of the slope; diffusers' solver_type 'heun'. */
    static Solver heun() {
        return new ExponentialMultistep(
                info(Form.DATA, "2m-heun", 2, DATA_PAPER + "equation 4.5; diffusers, solver_type heun").asMultistep(),
                Form.DATA, 2, LinearRule.EXACT, 1);
    }

    /**
     * DEIS with the polynomial in {@code ln(sigma/alpha)}: as that is {@code -lambda}, it is the multistep DPM-Solver with
     * the exact integral of the slope.
     */
    static Solver logRho(int order) {
        return new ExponentialMultistep(SolverInfo.of("deis-log-rho-" + order, order, "log-snr",
                "Zhang and Chen, arXiv 2204.13902, equation 15 in ln rho; diffusers, solver_type logrho").asMultistep(),
                Form.NOISE, order, LinearRule.EXACT, 1);
    }

    /**
     * The third-order multistep solver as published code has it, where the second difference stands for the second
     * derivative, of which it is half. Its order is 2; it is here to repeat old images.
     */
    static Solver legacy(Form form) {
        return new ExponentialMultistep(
                info(form, "3m-legacy", 2, "dpm_solver_pytorch, multistep third update, as published").asMultistep(),
                form, 3, LinearRule.EXACT, 0.5);
    }

    private static SolverInfo info(Form form, String suffix, int order, String source) {
        return SolverInfo.of((form == Form.NOISE ? "dpm-solver-" : "dpm-solver++-") + suffix, order, "log-snr", source);
    }
}
