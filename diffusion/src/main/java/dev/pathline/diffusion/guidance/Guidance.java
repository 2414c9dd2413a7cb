package dev.pathline.diffusion.guidance;

/**
 * Classifier-free guidance, {@code u + w (c - u)} with {@code c} the network's output for the label and {@code u} its
 * output for the null label; {@code w = 1} is off and costs one row. (Ho and Salimans, arXiv 2207.12598, write
 * {@code 1 + w} for this {@code w}.) Every prediction is affine in every other with the same {@code x}, so it does not
 * matter which of them is guided.
 *
 * @param scale {@code w}, finite and not negative; 0 is unconditional
 * @param interval where guidance is on; elsewhere {@code w = 1} and the second row is saved
 */
public record Guidance(
        double scale,
        CfgInterval interval) {

    /** No guidance. */
    public static final Guidance OFF = new Guidance(1, CfgInterval.ALWAYS);

    /** @throws IllegalArgumentException if {@code scale} is negative or not finite */
    public Guidance {
        if (!(scale >= 0 && Double.isFinite(scale))) {
            throw new IllegalArgumentException("a guidance scale must be finite and not negative, not " + scale);
        }
    }

    /** Returns guidance with {@code scale} at every noise level. */
    public static Guidance of(double scale) {
        return new Guidance(scale, CfgInterval.ALWAYS);
    }

    /** Returns the scale at the noise level {@code sigma / alpha}. */
    public double scaleAt(double noiseRatio) {
        return interval.contains(noiseRatio) ? scale : 1;
    }
}
