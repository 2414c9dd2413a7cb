package dev.pathline.diffusion.schedule;

import java.util.Map;

/**
 * The variance-exploding schedule in which time is the noise level: {@code alpha = 1}, {@code sigma = t}. Domain
 * {@code [0, inf)}.
 *
 * <p>Source: Karras et al., arXiv 2206.00364, table 1.
 *
 * @param sigmaMin the smallest noise level worth an evaluation, positive
 * @param sigmaMax the noise level at which sampling starts, above {@code sigmaMin}
 * @param levels how many noise levels between them training had, where they are discrete as in consistency models; at
 *        least 2
 */
public record Edm(
        double sigmaMin,
        double sigmaMax,
        int levels) implements NoiseSchedule {

    /** The schedule's name. */
    public static final String NAME = "edm";

    /** The published range, 0.002 to 80, and the 40 levels of consistency distillation (arXiv 2303.01469). */
    public static final Edm DEFAULT = new Edm(0.002, 80, 40);

    /** @throws IllegalArgumentException if {@code 0 < sigmaMin < sigmaMax < inf} does not hold, or levels are below 2 */
    public Edm {
        NoiseLevels.check(NAME, sigmaMin, sigmaMax);
        if (levels < 2) {
            throw new IllegalArgumentException(NAME + " needs at least 2 levels, not " + levels);
        }
    }

    /** A range of noise levels with the published number of discrete ones. */
    public Edm(double sigmaMin, double sigmaMax) {
        this(sigmaMin, sigmaMax, DEFAULT.levels);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public ScheduleSpec spec() {
        return new ScheduleSpec(NAME, Map.of("sigmaMin", sigmaMin, "sigmaMax", sigmaMax, "levels", (double) levels));
    }

    @Override
    public int timeIndices() {
        return levels;
    }

    @Override
    public double alpha(double t) {
        return 1;
    }

    @Override
    public double sigma(double t) {
        return t;
    }

    @Override
    public double dAlpha(double t) {
        return 0;
    }

    @Override
    public double dSigma(double t) {
        return 1;
    }

    @Override
    public double halfLogSnr(double t) {
        return -StrictMath.log(t);
    }

    @Override
    public double timeOfHalfLogSnr(double halfLogSnr) {
        return StrictMath.exp(-halfLogSnr);
    }

    @Override
    public double minTime() {
        return sigmaMin;
    }

    @Override
    public double maxTime() {
        return sigmaMax;
    }

    @Override
    public boolean variancePreserving() {
        return false;
    }

    @Override
    public boolean evenTimesFit() {
        return false;
    }
}
