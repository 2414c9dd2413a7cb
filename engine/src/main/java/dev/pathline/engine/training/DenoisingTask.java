package dev.pathline.engine.training;

import dev.pathline.engine.data.ImageDataset;
import dev.pathline.engine.data.Shuffle;
import dev.pathline.engine.graph.Network;
import dev.pathline.engine.script.TrainingProgram.Loss;
import java.util.SplittableRandom;

/** Training of a diffusion model on images, with the label dropped now and then for classifier-free guidance. */
public final class DenoisingTask implements TrainingTask {

    private final Network network;
    private final Objective objective;
    private final ImageDataset data;
    private final Shuffle shuffle;
    private final int batchSize;
    private final int nullLabel;
    private final double labelDropout;
    private final long seed;

    /**
     * @param network has inputs {@code x} and {@code time}, and {@code label} if {@code nullLabel >= 0}
     * @param nullLabel the index that means 'no label', or -1 for a network without labels
     * @param labelDropout the share of rows whose label is dropped (arXiv 2207.12598)
     */
    public DenoisingTask(Network network, Objective objective, ImageDataset data, int batchSize, int nullLabel,
            double labelDropout, long seed) {
        if (!network.inputs().getFirst().shape().equals(data.shape())) {
            throw new IllegalArgumentException("the network takes images of shape "
                    + network.inputs().getFirst().shape() + ", the data has " + data.shape());
        }
        this.network = network;
        this.objective = objective;
        this.data = data;
        this.shuffle = new Shuffle(data.size(), seed);
        this.batchSize = batchSize;
        this.nullLabel = nullLabel;
        this.labelDropout = labelDropout;
        this.seed = seed;
    }

    @Override
    public Network network() {
        return network;
    }

    @Override
    public Loss loss() {
        return new Loss.Denoising();
    }

    @Override
    public int batchSize() {
        return batchSize;
    }

    @Override
    public String dataHash() {
        return data.sha256();
    }

    @Override
    public Batch batch(long step) {
        var random = new SplittableRandom(StepSeed.of(seed, step));
        int size = data.imageSize();
        float[] images = new float[batchSize * size];
        float[] noise = new float[images.length];
        float[] coefficients = new float[batchSize * Objective.Row.WIDTH];
        long[] labels = new long[nullLabel < 0 ? 0 : batchSize];
        for (int i = 0; i < batchSize; i++) {
            int index = shuffle.at((step - 1) * batchSize + i);
            data.copyImage(index, images, i * size);
            objective.draw(random).copyTo(coefficients, i * Objective.Row.WIDTH);
            boolean dropped = random.nextDouble() < labelDropout;
            if (nullLabel >= 0) {
                labels[i] = dropped ? nullLabel : data.label(index);
            }
        }
        for (int i = 0; i < noise.length; i++) {
            noise[i] = (float) random.nextGaussian();
        }
        return new Batch(step, images, noise, coefficients, labels);
    }
}
