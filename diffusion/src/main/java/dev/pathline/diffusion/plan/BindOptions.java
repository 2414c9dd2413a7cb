package dev.pathline.diffusion.plan;

/**
 * What a caller may choose when a plan is bound to a model.
 *
 * @param operation what is done to the prediction of {@code x_0} after guidance, before the solver sees it
 */
public record BindOptions(ValueOperation operation) {

    /** Nothing is done to the prediction. */
    public static final BindOptions DEFAULT = new BindOptions(ValueOperation.NONE);
}
