package dev.pathline.diffusion.plan;

import org.jspecify.annotations.Nullable;

/**
 * A step of Langevin dynamics whose size follows from the norms of the score and of the noise: with the score
 * {@code s = scoreFromX*X + scoreFromM0*M0} and the stage's noise {@code z}, both registers are moved by
 *
 * <pre>{@code delta s + sqrt(2 delta) z,   delta = rate (|z| / |s|)^2}</pre>
 *
 * <p>on top of their combinations. It is the corrector of Song et al., arXiv 2011.13456, algorithms 4 and 5, with
 * {@code rate = 2 a snr^2}; there the norms are means over the batch, here they are of one sample, so that a sample does
 * not depend on its neighbours. Where the score is 0 the step is 0.
 *
 * <p>In many dimensions a sample's norm is nearly its mean. In few it is not: {@code E 1/|s|^2} of a Gaussian is
 * {@code d/(d - 2)} of what it should be, which is infinite in the plane. There the norms are those that are expected of the
 * noise, {@code |s| = |eps| / sigma}, and {@code delta = rate sigma^2} for every sample.
 *
 * @param rate {@code 2 a snr^2}, positive
 * @param scoreFromX weight of the evaluated point in the score
 * @param scoreFromM0 weight of the newest value of the history in the score
 * @param sigma the standard deviation of the noise at the evaluated point, from which the size follows in few dimensions; NaN
 *        where it follows from the sample's own norms, in any number
 */
public record LangevinStep(
        double rate,
        double scoreFromX,
        double scoreFromM0,
        double sigma) {

    /** Samples of at least so many elements have the norms of their distribution, within some per cent. */
    public static final int MANY_DIMENSIONS = 16;

    /** A step whose size follows from the sample's own norms, in any number of dimensions. */
    public LangevinStep(double rate, double scoreFromX, double scoreFromM0) {
        this(rate, scoreFromX, scoreFromM0, Double.NaN);
    }

    /** Returns whether the size is one number for all samples, {@link #size}. */
    public boolean isSized() {
        return !Double.isNaN(sigma);
    }

    /** Returns the size {@code delta} where the score is not 0; NaN where it follows from the sample's own norms. */
    public double size() {
        return rate * sigma * sigma;
    }

    /** Returns the step of samples of so many elements. */
    LangevinStep of(int dimension) {
        return dimension < MANY_DIMENSIONS ? this : new LangevinStep(rate, scoreFromX, scoreFromM0);
    }

    /** Returns whether there is no step, or its weights are finite. */
    static boolean isFinite(@Nullable LangevinStep step) {
        return step == null || (Double.isFinite(step.rate + step.scoreFromX + step.scoreFromM0)
                && !Double.isInfinite(step.sigma));
    }
}
