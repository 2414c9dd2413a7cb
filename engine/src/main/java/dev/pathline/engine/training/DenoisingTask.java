package dev.pathline.engine.training;

import dev.pathline.engine.objective.Objective;
import dev.pathline.engine.data.Dataset;
import dev.pathline.engine.graph.Network;
import dev.pathline.engine.script.TrainingProgram.Loss;

/** Training of a diffusion model, with the label dropped now and then for classifier-free guidance. */
public final class DenoisingTask extends ImageTask {

    private final Objective objective;
    private final int nullLabel;
    private final double labelDropout;

    /**
     * @param network has inputs {@code x} and {@code time}, and {@code label} if {@code nullLabel >= 0}
     * @param nullLabel the index that means 'no label', or -1 for a network without labels
     * @param labelDropout the share of rows whose label is dropped (arXiv 2207.12598)
     */
    public DenoisingTask(Network network, Objective objective, Dataset data, int batchSize, int nullLabel,
            double labelDropout, long seed) {
        super(network, data, batchSize, seed);
        this.objective = objective;
        this.nullLabel = nullLabel;
        this.labelDropout = labelDropout;
        if (nullLabel >= 0) {
            requireLabels();
        }
    }

    @Override
    public Loss loss() {
        return new Loss.Denoising(objective.learnsUncertainty());
    }

    @Override
    public Batch batch(long step) {
        var random = random(step);
        int size = data().sampleSize();
        float[] images = new float[batchSize() * size];
        float[] noise = new float[images.length];
        float[] coefficients = new float[batchSize() * Objective.Row.WIDTH];
        long[] labels = new long[nullLabel < 0 ? 0 : batchSize()];
        for (int i = 0; i < batchSize(); i++) {
            int index = index(step, i);
            data().copy(index, images, i * size);
            objective.draw(random).copyTo(coefficients, i * Objective.Row.WIDTH);
            boolean dropped = random.nextDouble() < labelDropout;
            if (nullLabel >= 0) {
                labels[i] = dropped ? nullLabel : data().label(index);
            }
        }
        for (int i = 0; i < noise.length; i++) {
            noise[i] = (float) random.nextGaussian();
        }
        return new Batch(step, images, noise, coefficients, labels, new float[0]);
    }
}
