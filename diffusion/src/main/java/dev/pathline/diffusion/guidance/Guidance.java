package dev.pathline.diffusion.guidance;

/**
 * Classifier-free guidance, {@code u + w (c - u)} with {@code c} the network's output for the label and {@code u} its
 * output for the null label; {@code w = 1} is off and costs one row, the labelled one. (Ho and Salimans, arXiv 2207.12598, write
 * {@code 1 + w} for this {@code w}.) Every prediction is affine in every other with the same {@code x}, so it does not
 * matter which of them is guided.
 *
 * @param scale {@code w}, finite and not negative; 0 is unconditional and costs one row, too
 * @param interval where guidance is on; elsewhere {@code w = 1} and the second row is saved
 * @param rescale how far the guided prediction of {@code x_0} is brought back to the standard deviation of the labelled
 *        one, 0 to 1 (Lin et al., arXiv 2305.08891, section 3.4; they use 0.7). It is not linear, so here it does matter what
 *        is rescaled: it is {@code x_0}, whatever the network predicts
 */
public record Guidance(
        double scale,
        CfgInterval interval,
        double rescale) {

    /** No guidance. */
    public static final Guidance OFF = new Guidance(1, CfgInterval.ALWAYS, 0);

    /** @throws IllegalArgumentException if {@code scale} is negative or not finite, or {@code rescale} not in [0, 1] */
    public Guidance {
        if (!(scale >= 0 && Double.isFinite(scale))) {
            throw new IllegalArgumentException("a guidance scale must be finite and not negative, not " + scale);
        }
        if (!(rescale >= 0 && rescale <= 1)) {
            throw new IllegalArgumentException("guidance is rescaled by 0 to 1, not " + rescale);
        }
    }

    /** Returns guidance with {@code scale} at every noise level. */
    public static Guidance of(double scale) {
        return new Guidance(scale, CfgInterval.ALWAYS, 0);
    }

    /** Returns the scale at the noise level {@code sigma / alpha}. */
    public double scaleAt(double noiseRatio) {
        return interval.contains(noiseRatio) ? scale : 1;
    }

    /** Returns the rescale at the noise level {@code sigma / alpha}: 0 where guidance is off. */
    public double rescaleAt(double noiseRatio) {
        return scaleAt(noiseRatio) == 1 ? 0 : rescale;
    }
}
