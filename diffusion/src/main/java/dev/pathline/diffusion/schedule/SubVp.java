package dev.pathline.diffusion.schedule;

import java.util.Map;

/**
 * The sub-variance-preserving schedule: with VP-linear's {@code B(t)}, {@code alpha = e^{-B/2}} and
 * {@code sigma = 1 - e^{-B}}, so that {@code sigma/alpha = 2 sinh(B/2)}. Domain {@code [0, 1]}.
 *
 * <p>Source: Song et al., arXiv 2011.13456, equation 29 in appendix B.
 *
 * @param beta0 {@code beta(0)}, positive
 * @param beta1 {@code beta(1)}, at least {@code beta0}
 */
public record SubVp(
        double beta0,
        double beta1) implements NoiseSchedule {

    /** The schedule's name. */
    public static final String NAME = "sub-vp";

    /** The published schedule, {@code beta} from 0.1 to 20. */
    public static final SubVp DEFAULT = new SubVp(0.1, 20);

    /** @throws IllegalArgumentException if {@code 0 < beta0 <= beta1 < inf} does not hold */
    public SubVp {
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
        return StrictMath.exp(-integral(t) / 2);
    }

    @Override
    public double sigma(double t) {
        return -StrictMath.expm1(-integral(t));
    }

    @Override
    public double dAlpha(double t) {
        return -LinearBeta.at(beta0, beta1, t) * alpha(t) / 2;
    }

    @Override
    public double dSigma(double t) {
        return LinearBeta.at(beta0, beta1, t) * StrictMath.exp(-integral(t));
    }

    @Override
    public double halfLogSnr(double t) {
        return -integral(t) / 2 - StrictMath.log(sigma(t));
    }

    @Override
    public double timeOfHalfLogSnr(double halfLogSnr) {
        double sinh = StrictMath.exp(-halfLogSnr) / 2;
        // asinh as one log1p, exact as its argument goes to 0
        double half = StrictMath.log1p(sinh + sinh * sinh / (1 + StrictMath.hypot(1, sinh)));
        return LinearBeta.timeOfIntegral(beta0, beta1, 2 * half);
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
        return false;
    }

    private double integral(double t) {
        return LinearBeta.integral(beta0, beta1, t);
    }
}
