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
 */
public record Edm(
        double sigmaMin,
        double sigmaMax) implements NoiseSchedule {

    /** The schedule's name. */
    public static final String NAME = "edm";

    /** The published range, 0.002 to 80. */
    public static final Edm DEFAULT = new Edm(0.002, 80);

    /** @throws IllegalArgumentException if {@code 0 < sigmaMin < sigmaMax < inf} does not hold */
    public Edm {
        NoiseLevels.check(NAME, sigmaMin, sigmaMax);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public ScheduleSpec spec() {
        return new ScheduleSpec(NAME, Map.of("sigmaMin", sigmaMin, "sigmaMax", sigmaMax));
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
