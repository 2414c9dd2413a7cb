package dev.pathline.diffusion.plan;

import dev.pathline.diffusion.noise.NoiseKey;
import dev.pathline.diffusion.noise.NoiseSource;

/**
 * Noise that a caller brings for the samples of one plan, so that another program can start from, and draw, the same.
 * The seed of a key counts for nothing; its sample chooses the row, and its stage the draw.
 */
public final class GivenNoise implements NoiseSource {

    private final float[] values;
    private final int draws;
    private final int size;
    private final int[] drawOfStage;

    /**
     * Noise for a plan.
     *
     * @param plan the plan, whose noise is independent
     * @param values {@code [samples, draws, size]} standard normal: for each sample where it starts, then what the stages
     *        that need noise draw, in their order. More draws than the plan makes are left unused. Not copied
     * @param draws at least {@code 1 + plan.draws()}
     * @param size the number of elements of a sample
     * @throws IllegalArgumentException if there are fewer draws than the plan makes, or it wants a Brownian path
     */
    public GivenNoise(SamplingPlan plan, float[] values, int draws, int size) {
        if (draws < 1 + plan.draws()) {
            throw new IllegalArgumentException("solver '" + plan.solver() + "' draws noise " + plan.draws()
                    + " times in " + plan.steps() + " steps, so each sample needs " + (1 + plan.draws())
                    + " arrays of noise with the one that it starts from, not " + draws);
        }
        if (plan.stages().stream().anyMatch(stage -> stage.noiseInterval() != null)) {
            throw new IllegalArgumentException("noise that is given is not from a Brownian path");
        }
        this.values = values;
        this.draws = draws;
        this.size = size;
        this.drawOfStage = new int[plan.stages().size()];
        int draw = 0;
        for (int i = 0; i < drawOfStage.length; i++) {
            drawOfStage[i] = plan.stages().get(i).needsNoise() ? ++draw : -1;
        }
    }

    @Override
    public void fill(NoiseKey key, double[] target) {
        int start = start(key);
        for (int i = 0; i < target.length; i++) {
            target[i] = values[start + i];
        }
    }

    @Override
    public void fill(NoiseKey key, float[] target) {
        System.arraycopy(values, start(key), target, 0, target.length);
    }

    private int start(NoiseKey key) {
        int draw = key.stage() == NoiseKey.INITIAL ? 0 : drawOfStage[key.stage()];
        return (key.sample() * draws + draw) * size;
    }
}
