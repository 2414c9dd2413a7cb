package dev.pathline.diffusion.plan;

import dev.pathline.diffusion.model.NetworkInputs;

/**
 * One evaluation of a network, with everything bound: times in the network's own coordinate, the scale of its input, and
 * how its raw output {@code F} becomes the prediction {@code D} of {@code x_0} and the value {@code m} that enters the
 * history,
 *
 * <pre>{@code D = op(k (dataFromX*x + dataFromOutput*F))
 * m = valueFromX*x + valueFromOutput*F + valueFromData*D}</pre>
 *
 * <p>{@code k} is 1 unless guidance is rescaled; then it is a number a sample, {@code 1 - rescale + rescale std(c) /
 * std(g)}, with {@code c} and {@code g} the predictions of {@code x_0} for the label alone and after guidance.
 *
 * @param time the network's time input
 * @param target the network's second time input for a flow map, or NaN
 * @param guidance the network's scale of guidance where that is one of its inputs, or NaN
 * @param inputScale the network sees {@code inputScale * x}
 * @param guidanceScale {@code w} in {@code F = F_uncond + w (F_cond - F_uncond)}; exactly 1 costs one row, the labelled
 *        one, and exactly 0 the other, unless it is rescaled; anything else costs two
 * @param rescale how far the guided prediction is brought back to the spread of the labelled one, 0 (not at all, and
 *        wherever guidance is off) to 1
 * @param dataFromX weight of {@code x} in the prediction of {@code x_0}
 * @param dataFromOutput weight of {@code F} in the prediction of {@code x_0}
 * @param operation what is done to the prediction of {@code x_0}
 * @param valueFromX weight of {@code x} in the value
 * @param valueFromOutput weight of {@code F} in the value
 * @param valueFromData weight of {@code D} in the value
 * @param sigma {@code sigma_t / alpha_t} at the evaluated time, for reports; infinite where {@code alpha_t = 0}
 */
public record NetworkCall(
        double time,
        double target,
        double guidance,
        double inputScale,
        double guidanceScale,
        double rescale,
        double dataFromX,
        double dataFromOutput,
        ValueOperation operation,
        double valueFromX,
        double valueFromOutput,
        double valueFromData,
        double sigma) {

    /** Returns what the network takes beside the point. */
    public NetworkInputs inputs(int label) {
        return new NetworkInputs(time, target, guidance, label);
    }

    /** Returns how many rows of network evaluation this call costs: 2 where guidance wants both, else 1. */
    public int rows() {
        return guidanceScale == 1 || isUnconditional() ? 1 : 2;
    }

    /** Returns whether there is guidance, of two rows or within the network, as far as the plan says. */
    public boolean isGuided() {
        return guidanceScale != 1 || (!Double.isNaN(guidance) && guidance != 1);
    }

    /** Returns whether only the row without a label counts: at scale 0, unless it is brought to the labelled one's spread. */
    public boolean isUnconditional() {
        return guidanceScale == 0 && rescale == 0;
    }
}
