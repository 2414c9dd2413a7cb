package dev.pathline.diffusion.schedule;

import java.util.Map;

/**
 * The variance-exploding schedule whose noise level grows geometrically: {@code alpha = 1} and
 * {@code sigma = sigmaMin (sigmaMax/sigmaMin)^t} for {@code 0 < t <= 1}.
 *
 * <p>Source: Song et al., arXiv 2011.13456, appendix C, which also has its discontinuity: {@code sigma(0)} is 0, clean
 * data, while {@code sigma} tends to {@code sigmaMin} as {@code t} tends to 0. So every log-SNR above
 * {@code -ln sigmaMin} belongs to {@code t = 0}.
 *
 * @param sigmaMin the noise level just above {@code t = 0}, positive
 * @param sigmaMax the noise level at {@code t = 1}, above {@code sigmaMin}
 */
public record VarianceExploding(
        double sigmaMin,
        double sigmaMax) implements NoiseSchedule {

    /** The schedule's name. */
    public static final String NAME = "ve";

    /** The range published for CIFAR-10, 0.01 to 50. */
    public static final VarianceExploding DEFAULT = new VarianceExploding(0.01, 50);

    /** @throws IllegalArgumentException if {@code 0 < sigmaMin < sigmaMax < inf} does not hold */
    public VarianceExploding {
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
        return t == 0 ? 0 : sigmaMin * StrictMath.exp(t * rate());
    }

    @Override
    public double dAlpha(double t) {
        return 0;
    }

    @Override
    public double dSigma(double t) {
        return rate() * sigma(t);
    }

    @Override
    public double halfLogSnr(double t) {
        return t == 0 ? Double.POSITIVE_INFINITY : -StrictMath.log(sigmaMin) - t * rate();
    }

    @Override
    public double timeOfHalfLogSnr(double halfLogSnr) {
        return Math.max(0, (-halfLogSnr - StrictMath.log(sigmaMin)) / rate());
    }

    @Override
    public double minTime() {
        return 1e-5;
    }

    @Override
    public double maxTime() {
        return 1;
    }

    @Override
    public boolean variancePreserving() {
        return false;
    }

    private double rate() {
        return StrictMath.log(sigmaMax / sigmaMin);
    }
}
