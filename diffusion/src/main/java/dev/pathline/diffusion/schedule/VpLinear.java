package dev.pathline.diffusion.schedule;

import java.util.Map;

/**
 * The variance-preserving schedule with {@code beta(t) = beta0 + (beta1 - beta0) t}: with
 * {@code B = beta0 t + (beta1 - beta0) t^2 / 2}, {@code alpha = e^{-B/2}} and {@code sigma^2 = 1 - e^{-B}}. Domain
 * {@code [0, 1]}.
 *
 * <p>Source: Song et al., arXiv 2011.13456, appendix C; DDPM's linear schedule in continuous time.
 *
 * @param beta0 {@code beta(0)}, positive
 * @param beta1 {@code beta(1)}, at least {@code beta0}
 */
public record VpLinear(
        double beta0,
        double beta1) implements NoiseSchedule {

    /** The schedule's name. */
    public static final String NAME = "vp-linear";

    /** The published schedule, {@code beta} from 0.1 to 20. */
    public static final VpLinear DEFAULT = new VpLinear(0.1, 20);

    /** @throws IllegalArgumentException if {@code 0 < beta0 <= beta1 < inf} does not hold */
    public VpLinear {
        LinearBeta.check(NAME, beta0, beta1);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public ScheduleSpec spec() {
        return new ScheduleSpec(NAME, Map.of("beta0", beta0, "beta1", beta1));
    }

    @Override
    public double alpha(double t) {
        return StrictMath.exp(-minusLogAlpha(t));
    }

    @Override
    public double sigma(double t) {
        return VariancePreserving.sigma(minusLogAlpha(t));
    }

    @Override
    public double dAlpha(double t) {
        return -LinearBeta.at(beta0, beta1, t) * alpha(t) / 2;
    }

    @Override
    public double dSigma(double t) {
        return -alpha(t) * dAlpha(t) / sigma(t);
    }

    @Override
    public double halfLogSnr(double t) {
        return VariancePreserving.halfLogSnr(minusLogAlpha(t));
    }

    @Override
    public double timeOfHalfLogSnr(double halfLogSnr) {
        return LinearBeta.timeOfIntegral(beta0, beta1, 2 * VariancePreserving.ofHalfLogSnr(halfLogSnr));
    }

    @Override
    public double minTime() {
        return 1e-3;
    }

    @Override
    public double maxTime() {
        return 1;
    }

    @Override
    public boolean variancePreserving() {
        return true;
    }

    private double minusLogAlpha(double t) {
        return LinearBeta.integral(beta0, beta1, t) / 2;
    }
}
