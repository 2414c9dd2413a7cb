package dev.pathline.diffusion.schedule;

import java.util.Map;

/**
 * The discrete schedules of DDPM: {@code T} training steps with betas, {@code alpha_i^2 = prod_{j <= i} (1 - beta_j)},
 * and {@code sigma^2 = 1 - alpha^2}. Domain {@code [0, 1]}: index {@code i} is {@code t = (i + 1)/T}, so that
 * {@code t = 0} is clean data and a network trained on the indices takes {@code T t - 1}; between the indices
 * {@code ln alpha} is linear (DPM-Solver, arXiv 2206.00927, code). At an index, derivatives are those of one
 * of its two pieces, towards more noise but for rounding.
 *
 * <p>Sources: Ho et al., arXiv 2006.11239 ({@code ddpm-linear}); Rombach et al., arXiv 2112.10752
 * ({@code ddpm-scaled-linear}, linear in the square root); Nichol and Dhariwal, arXiv 2102.09672
 * ({@code ddpm-squared-cosine}, with every beta at most 0.999). With zero terminal SNR the last index is pure noise (Lin
 * et al., arXiv 2305.08891), and on its way there {@code alpha} is linear over the last step. Without it, sampling starts at
 * the last index where {@code lambda} is at least -5.1: that leaves out 4 of the 1000 of the squared cosine, whose betas
 * there multiply any error by thousands, and none of the others' (DPM-Solver's clipped_lambda, arXiv 2206.00927, code).
 */
public final class Ddpm implements NoiseSchedule {

    /** The name of the schedule whose betas are evenly spaced. */
    public static final String LINEAR = "ddpm-linear";

    /** The name of the schedule whose betas have evenly spaced roots. */
    public static final String SCALED_LINEAR = "ddpm-scaled-linear";

    /** The name of the schedule whose {@code alpha^2} is nearly a squared cosine. */
    public static final String SQUARED_COSINE = "ddpm-squared-cosine";

    /** The largest number of training steps. */
    public static final int MAX_TRAINING_STEPS = 100_000;

    /** Where sampling starts at the latest, {@code lambda}. */
    public static final double LEAST_HALF_LOG_SNR = -5.1;

    private final ScheduleSpec spec;
    private final LogAlphaTable table;
    private final int timeIndices;

    private Ddpm(String name, Map<String, Double> parameters, LogAlphaTable table, boolean zeroTerminalSnr) {
        this.spec = new ScheduleSpec(name, parameters);
        this.table = zeroTerminalSnr ? table.withZeroTerminalSnr() : table;
        this.timeIndices = zeroTerminalSnr
                ? table.steps()
                : (int) Math.clamp(timeOfHalfLogSnr(LEAST_HALF_LOG_SNR) * table.steps(), 1, table.steps());
    }

    /**
     * Makes {@code ddpm-linear}. DDPM has {@code beta} from 1e-4 to 0.02 in 1000 steps.
     *
     * @param betaStart {@code beta_0}, positive
     * @param betaEnd {@code beta_{T-1}}, at least {@code betaStart} and below 1
     * @param trainingSteps {@code T}, 2 to {@value #MAX_TRAINING_STEPS}
     * @param zeroTerminalSnr whether {@code alpha} is rescaled to end at 0
     * @throws IllegalArgumentException if a parameter is out of range
     */
    public static Ddpm linear(double betaStart, double betaEnd, int trainingSteps, boolean zeroTerminalSnr) {
        check(LINEAR, betaStart, betaEnd, trainingSteps);
        return new Ddpm(LINEAR, parameters(betaStart, betaEnd, trainingSteps, zeroTerminalSnr),
                DdpmTables.linear(betaStart, betaEnd, trainingSteps), zeroTerminalSnr);
    }

    /**
     * Makes {@code ddpm-scaled-linear}. Stable Diffusion has {@code beta} from 0.00085 to 0.012 in 1000 steps. The
     * parameters are those of {@link #linear}.
     *
     * @throws IllegalArgumentException if a parameter is out of range
     */
    public static Ddpm scaledLinear(double betaStart, double betaEnd, int trainingSteps, boolean zeroTerminalSnr) {
        check(SCALED_LINEAR, betaStart, betaEnd, trainingSteps);
        return new Ddpm(SCALED_LINEAR, parameters(betaStart, betaEnd, trainingSteps, zeroTerminalSnr),
                DdpmTables.scaledLinear(betaStart, betaEnd, trainingSteps), zeroTerminalSnr);
    }

    /**
     * Makes {@code ddpm-squared-cosine}. The parameters are those of {@link #linear}; the published T is 1000.
     *
     * @throws IllegalArgumentException if a parameter is out of range
     */
    public static Ddpm squaredCosine(int trainingSteps, boolean zeroTerminalSnr) {
        checkSteps(SQUARED_COSINE, trainingSteps);
        return new Ddpm(SQUARED_COSINE, parameters(trainingSteps, zeroTerminalSnr),
                DdpmTables.squaredCosine(trainingSteps), zeroTerminalSnr);
    }

    @Override
    public String name() {
        return spec.name();
    }

    @Override
    public ScheduleSpec spec() {
        return spec;
    }

    @Override
    public int timeIndices() {
        return timeIndices;
    }

    @Override
    public int trainingIndices() {
        return table.steps();
    }

    @Override
    public double alpha(double t) {
        return StrictMath.exp(-table.at(t));
    }

    @Override
    public double sigma(double t) {
        return VariancePreserving.sigma(table.at(t));
    }

    @Override
    public double dAlpha(double t) {
        return table.dAlpha(t);
    }

    @Override
    public double dSigma(double t) {
        return -alpha(t) * dAlpha(t) / sigma(t);
    }

    @Override
    public double halfLogSnr(double t) {
        return VariancePreserving.halfLogSnr(table.at(t));
    }

    @Override
    public double timeOfHalfLogSnr(double halfLogSnr) {
        return table.timeOf(VariancePreserving.ofHalfLogSnr(halfLogSnr));
    }

    /** Returns the time of index 0, the smallest noise in training. */
    @Override
    public double minTime() {
        return 1.0 / table.steps();
    }

    @Override
    public double maxTime() {
        return (double) timeIndices / table.steps();
    }

    @Override
    public boolean variancePreserving() {
        return true;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Ddpm ddpm && spec.equals(ddpm.spec);
    }

    @Override
    public int hashCode() {
        return spec.hashCode();
    }

    @Override
    public String toString() {
        return spec.toString();
    }

    private static void check(String name, double betaStart, double betaEnd, int trainingSteps) {
        if (!(betaStart > 0 && betaStart <= betaEnd && betaEnd < 1)) {
            throw new IllegalArgumentException(name + " needs 0 < betaStart <= betaEnd < 1, not betaStart = "
                    + betaStart + " and betaEnd = " + betaEnd);
        }
        checkSteps(name, trainingSteps);
    }

    private static void checkSteps(String name, int trainingSteps) {
        if (trainingSteps < 2 || trainingSteps > MAX_TRAINING_STEPS) {
            throw new IllegalArgumentException(name + " needs 2 to " + MAX_TRAINING_STEPS + " trainingSteps, not "
                    + trainingSteps);
        }
    }

    private static Map<String, Double> parameters(
            double betaStart, double betaEnd, int trainingSteps, boolean zeroTerminalSnr) {
        return Map.of("betaStart", betaStart, "betaEnd", betaEnd, "trainingSteps", (double) trainingSteps,
                "zeroTerminalSnr", zeroTerminalSnr ? 1.0 : 0.0);
    }

    private static Map<String, Double> parameters(int trainingSteps, boolean zeroTerminalSnr) {
        return Map.of("trainingSteps", (double) trainingSteps, "zeroTerminalSnr", zeroTerminalSnr ? 1.0 : 0.0);
    }
}
