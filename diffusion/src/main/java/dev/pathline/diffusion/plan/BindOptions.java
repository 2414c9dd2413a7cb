package dev.pathline.diffusion.plan;

/**
 * What a caller may choose when a plan is bound to a model.
 *
 * @param operation what is done to the prediction of {@code x_0} after guidance, before the solver sees it
 * @param noise how the noise of a stochastic solver's stages is related
 */
public record BindOptions(
        ValueOperation operation,
        StageNoise noise) {

    /** Nothing is done to the prediction, and every stage has noise of its own. */
    public static final BindOptions DEFAULT = new BindOptions(ValueOperation.NONE, StageNoise.INDEPENDENT);
}
