package dev.pathline.diffusion.plan;

import org.jspecify.annotations.Nullable;

/**
 * One stage of a {@link SamplingPlan}: a {@link SolverStage} bound to a model.
 *
 * @param step the outer step this stage belongs to, {@code 0..steps-1}
 * @param call the network evaluation at {@code X}, or null
 * @param nextX the weights of the next point to evaluate
 * @param nextY the weights of the next step's start
 */
public record Stage(
        int step,
        @Nullable NetworkCall call,
        Combination nextX,
        Combination nextY) {

    /** Returns how many rows of network evaluation this stage costs. */
    public int rows() {
        return call == null ? 0 : call.rows();
    }

    /** Returns whether the update needs fresh noise. */
    public boolean needsNoise() {
        return nextX.noise() != 0 || nextY.noise() != 0;
    }
}
