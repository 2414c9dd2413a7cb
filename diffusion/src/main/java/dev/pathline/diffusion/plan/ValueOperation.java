package dev.pathline.diffusion.plan;

/** The part of a stage that is not linear: what is done, per sample, to the prediction of {@code x0}. */
public sealed interface ValueOperation {

    /** Nothing. */
    record Identity() implements ValueOperation {}

    /** Every element is clamped to {@code [low, high]}. */
    record Clip(double low, double high) implements ValueOperation {}

    /**
     * Dynamic thresholding (Imagen, arXiv 2205.11487): with {@code s} the {@code quantile} of {@code |x0|} over one
     * sample, clamped to {@code [1, maximum]}, the value becomes {@code clip(x0, -s, s) / s}.
     */
    record DynamicThreshold(double quantile, double maximum) implements ValueOperation {}

    /** The shared instance of {@link Identity}. */
    ValueOperation NONE = new Identity();
}
