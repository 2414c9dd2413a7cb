package dev.pathline.diffusion.solver;

/**
 * The DPM-Solvers: in noise form 'dpm-solver', in data form 'dpm-solver++'. The letters are those of the
 * {@linkplain dev.pathline.diffusion.solver package}; both forms are the same formulas with {@code z} of the two signs, see
 * {@link ExponentialForm}, and stand here one below the other.
 */
final class DpmSolvers {
    private static final String NOISE_PAPER = "Lu et al., arXiv 2206.00927, ";
    private static final String DATA_PAPER = "Lu et al., arXiv 2211.01095, ";
    private static final String CODE = "; LuChengTHU/dpm-solver, ";

    private DpmSolvers() {}

    /**
     * DPM-Solver-1, which is DDIM in noise form (arXiv 2206.00927, equation 3.7):
     *
     * <pre>{@code x_u = (alpha_u/alpha_t) x - sigma_u (e^h - 1) E_0}</pre>
     */
    static Solver first() {
        return new ExponentialMultistep(
                info(ExponentialForm.NOISE, "1", 1, NOISE_PAPER + "equation 3.7"), ExponentialForm.NOISE, 1,
                LinearRule.EXACT, 1);
    }

    /**
     * The solver of order 2 or 3 with that many evaluations a step, at times evenly spaced in {@code lambda} (arXiv 2206.00927,
     * algorithms 1 and 2; arXiv 2211.01095, algorithm 1). Of order 2, with {@code s} in the middle of the step:
     *
     * <pre>{@code x_s = (alpha_s/alpha_t) x - sigma_s (e^{h/2} - 1) E_0
     * x_u = (alpha_u/alpha_t) x - sigma_u (e^h - 1) E(x_s, s)
     *
     * x_s = (sigma_s/sigma_t) x - alpha_s (e^{-h/2} - 1) D_0
     * x_u = (sigma_u/sigma_t) x - alpha_u (e^{-h} - 1) D(x_s, s)}</pre>
     *
     * <p>Of order 3, with {@code p} and {@code q} at a third and two thirds of the step:
     *
     * <pre>{@code x_p = (alpha_p/alpha_t) x - sigma_p (e^{h/3} - 1) E_0
     * x_q = (alpha_q/alpha_t) x - sigma_q (e^k - 1) E_0 - 2 sigma_q ((e^k - 1)/k - 1) (E(x_p, p) - E_0),   k = 2h/3
     * x_u = (alpha_u/alpha_t) x - sigma_u (e^h - 1) E_0 - (3/2) sigma_u ((e^h - 1)/h - 1) (E(x_q, q) - E_0)
     *
     * x_p = (sigma_p/sigma_t) x - alpha_p (e^{-h/3} - 1) D_0
     * x_q = (sigma_q/sigma_t) x - alpha_q (e^{-k} - 1) D_0 + 2 alpha_q ((e^{-k} - 1)/k + 1) (D(x_p, p) - D_0),   k = 2h/3
     * x_u = (sigma_u/sigma_t) x - alpha_u (e^{-h} - 1) D_0 + (3/2) alpha_u ((e^{-h} - 1)/h + 1) (D(x_q, q) - D_0)}</pre>
     */
    static Solver singlestep(ExponentialForm form, int order) {
        String source = form == ExponentialForm.NOISE
                ? NOISE_PAPER + "algorithm " + (order - 1)
                : DATA_PAPER + "algorithm 1" + (order == 2 ? "" : CODE + "singlestep third update");
        return new ExponentialSinglestep(info(form, order + "s", order, source).withEvaluationsPerStep(order), form);
    }

    /**
     * The midpoint of a step in {@code ln(sigma/alpha)}: k-diffusion's dpm_2 is DPM-Solver-2, {@link #singlestep} of order 2 in
     * the noise, under another name.
     */
    static Solver midpoint() {
        return new ExponentialSinglestep(SolverInfo.of("midpoint", 2, "karras",
                "Crowson, k-diffusion, sample_dpm_2; " + NOISE_PAPER + "algorithm 1").withEvaluationsPerStep(2),
                ExponentialForm.NOISE);
    }

    /**
     * The solver of order 2 or 3 with one evaluation for each interval of the grid: the updates of {@link #singlestep}, whose
     * inner times are the grid's; see {@link BudgetedSinglestep}.
     */
    static Solver fast(ExponentialForm form, int order) {
        String suffix = form == ExponentialForm.NOISE ? "fast" : "fast-" + order;
        String source = (form == ExponentialForm.NOISE
                ? NOISE_PAPER + "algorithms 1 and 2"
                : DATA_PAPER + "algorithm 1")
                + CODE + "get_orders_and_timesteps_for_singlestep_solver";
        return new BudgetedSinglestep(info(form, suffix, order, source), form);
    }

    /**
     * The multistep solver of order 2, in the midpoint form, or 3 (arXiv 2211.01095, algorithm 2; LuChengTHU/dpm-solver). Of order
     * 2, DPM-Solver++(2M) last:
     *
     * <pre>{@code x_u = (alpha_u/alpha_t) x - sigma_u (e^h - 1) (E_0 + (E_0 - E_1)/(2 r_1))
     *
     * x_u = (sigma_u/sigma_t) x - alpha_u (e^{-h} - 1) (D_0 + (D_0 - D_1)/(2 r_1))}</pre>
     *
     * <p>Of order 3, the parabola through three predictions with its slope {@code F_1} and its second derivative {@code F_2}, in
     * units of the step:
     *
     * <pre>{@code a = (E_0 - E_1)/r_1,   b = (E_1 - E_2)/r_2
     * F_1 = a + r_1 (a - b)/(r_1 + r_2),   F_2 = 2 (a - b)/(r_1 + r_2)
     * x_u = (alpha_u/alpha_t) x - sigma_u (e^h - 1) E_0 - sigma_u ((e^h - 1)/h - 1) F_1
     *       - sigma_u ((e^h - 1 - h)/h^2 - 1/2) F_2
     *
     * a = (D_0 - D_1)/r_1,   b = (D_1 - D_2)/r_2,   F_1 and F_2 likewise
     * x_u = (sigma_u/sigma_t) x - alpha_u (e^{-h} - 1) D_0 + alpha_u ((e^{-h} - 1)/h + 1) F_1
     *       - alpha_u ((e^{-h} - 1 + h)/h^2 - 1/2) F_2}</pre>
     *
     * <p>The second step of order 3, where there are two predictions, is that of {@link #heun}.
     */
    static Solver multistep(ExponentialForm form, int order) {
        String source = order == 2 ? "second update" : "third update, its second difference doubled";
        return new ExponentialMultistep(info(form, order + "m", order, multistepSource(form, source)).asMultistep(),
                form, order, order == 2 ? LinearRule.MIDPOINT : LinearRule.EXACT, 1);
    }

    /**
     * DPM-Solver++(2M) with the exact integral of the slope; diffusers' solver_type 'heun':
     *
     * <pre>{@code x_u = (sigma_u/sigma_t) x - alpha_u (e^{-h} - 1) D_0 + alpha_u ((e^{-h} - 1)/h + 1) (D_0 - D_1)/r_1}</pre>
     */
    static Solver heun() {
        String source = multistepSource(ExponentialForm.DATA, "second update, solver_type taylor");
        return new ExponentialMultistep(
                info(ExponentialForm.DATA, "2m-heun", 2, source).asMultistep(), ExponentialForm.DATA, 2,
                LinearRule.EXACT, 1);
    }

    /**
     * The third-order multistep solver as published code has it, where the second difference stands for the second
     * derivative, of which it is half: {@link #multistep} with {@code F_2 = (a - b)/(r_1 + r_2)}. Its order is 2; it is here to repeat old images. The second step, which has no second
     * difference yet, is that of {@link #heun}.
     */
    static Solver legacy(ExponentialForm form) {
        String source = multistepSource(form, "third update as published");
        return new ExponentialMultistep(
                info(form, "3m-legacy", 2, source).asMultistep(), form, 3, LinearRule.EXACT, 0.5);
    }

    /**
     * DEIS with the polynomial in {@code ln(sigma/alpha)} (arXiv 2204.13902, equation 6): as that is {@code -lambda}, it is the
     * multistep DPM-Solver with the exact integral of the slope. Of order 2
     *
     * <pre>{@code x_u = (alpha_u/alpha_t) x - sigma_u (e^h - 1) E_0 - sigma_u ((e^h - 1)/h - 1) (E_0 - E_1)/r_1}</pre>
     *
     * <p>and of order 3 {@link #multistep} in the noise.
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
