package dev.pathline.diffusion.plan;

/**
 * One evaluation of a network, with everything bound: times in the network's own coordinate, the scale of its input,
 * and how its raw output {@code F} becomes the value that enters the history,
 * {@code m = r*x + s*op(p*x + q*F)}.
 *
 * @param time the network's time input
 * @param target the network's second time input for a flow map, or NaN
 * @param inputScale the network sees {@code inputScale * x}
 * @param guidanceScale {@code w} in {@code F = F_uncond + w (F_cond - F_uncond)}; exactly 1 costs one row, anything
 *        else two
 * @param r weight of {@code x} outside the operation
 * @param s weight of the operation's result
 * @param p weight of {@code x} inside the operation
 * @param q weight of {@code F} inside the operation
 * @param operation what is done to {@code p*x + q*F}, which is the prediction of {@code x0} unless it is
 *        {@link ValueOperation.Identity}
 * @param dataFromX weight of {@code x} in the prediction of {@code x0}
 * @param dataFromOutput weight of {@code F} in the prediction of {@code x0}
 * @param sigma {@code sigma_t / alpha_t} at the evaluated time, for reports; infinite where {@code alpha_t = 0}
 */
public record NetworkCall(
        double time,
        double target,
        double inputScale,
        double guidanceScale,
        double r,
        double s,
        double p,
        double q,
        ValueOperation operation,
        double dataFromX,
        double dataFromOutput,
        double sigma) {

    /** Returns how many rows of network evaluation this call costs: 2 with guidance, else 1. */
    public int rows() {
        return guidanceScale == 1 ? 1 : 2;
    }
}
