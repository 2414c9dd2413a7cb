package dev.pathline.diffusion.plan;

import dev.pathline.diffusion.noise.BrownianPath;
import dev.pathline.diffusion.noise.NoiseKey;
import dev.pathline.diffusion.noise.NoiseSource;
import org.jspecify.annotations.Nullable;

/**
 * One stage of a {@link SamplingPlan}: a {@link SolverStage} bound to a model.
 *
 * @param step the outer step this stage belongs to, {@code 0..steps-1}
 * @param call the network evaluation at {@code X}, or null
 * @param nextX the weights of the next point to evaluate
 * @param nextY the weights of the next step's start
 * @param langevin what moves both registers beside the weights, or null
 * @param noiseInterval where the stage's noise lies on the sample's Brownian path, or null where its noise is independent
 *        or it needs none
 */
public record Stage(
        int step,
        @Nullable NetworkCall call,
        Combination nextX,
        Combination nextY,
        @Nullable LangevinStep langevin,
        @Nullable NoiseInterval noiseInterval) {

    /** Returns how many rows of network evaluation this stage costs. */
    public int rows() {
        return call == null ? 0 : call.rows();
    }

    /** Returns whether the update needs fresh noise. */
    public boolean needsNoise() {
        return langevin != null || nextX.noise() != 0 || nextY.noise() != 0;
    }

    /**
     * Fills {@code values} with the standard normal noise of this stage.
     *
     * @param source where noise comes from
     * @param seed the request's seed
     * @param sample the index of the sample within the request
     * @param index this stage's index in its plan
     */
    public void fillNoise(NoiseSource source, long seed, int sample, int index, double[] values) {
        if (noiseInterval == null) {
            source.fill(new NoiseKey(seed, sample, index, 0), values);
        } else {
            new BrownianPath(source, seed, sample, noiseInterval.path())
                    .normalisedIncrement(noiseInterval.from(), noiseInterval.to(), values);
        }
    }

    /** Fills {@code values} with the noise of the {@code double[]} form, rounded. */
    public void fillNoise(NoiseSource source, long seed, int sample, int index, float[] values) {
        if (noiseInterval == null) {
            source.fill(new NoiseKey(seed, sample, index, 0), values);
        } else {
            double[] exact = new double[values.length];
            fillNoise(source, seed, sample, index, exact);
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) exact[i];
            }
        }
    }
}
