package dev.pathline.engine.training;

import dev.pathline.engine.objective.Objective;
import dev.pathline.engine.data.Dataset;
import dev.pathline.engine.data.augment.Augmentation;
import dev.pathline.engine.data.augment.AugmentationSettings;
import dev.pathline.engine.graph.Network;
import dev.pathline.engine.graph.Parameter;
import dev.pathline.engine.script.TrainingProgram.Loss;
import java.util.List;

/** Training of a diffusion model, with the label dropped now and then for classifier-free guidance. */
public final class DenoisingTask extends DatasetTask {

    private final Objective objective;
    private final Augmentation augmentation;
    private final int nullLabel;
    private final double labelDropout;
    private final List<Parameter> delivered;

    /**
     * @param network has inputs {@code x} and {@code time}, {@code label} if {@code nullLabel >= 0}, and
     *        {@code augmentation} if the augmentation has labels
     * @param delivered the parameters that the finished model has
     * @param augmentation how samples are varied; its vector is told to a network that takes one
     * @param nullLabel the index that means 'no label', or -1 for a network without labels
     * @param labelDropout the share of rows whose label is dropped (arXiv 2207.12598)
     * @throws IllegalArgumentException if the network takes samples of another shape, or has classes and the data none
     */
    public DenoisingTask(Network network, List<Parameter> delivered, Objective objective, Dataset data,
            AugmentationSettings augmentation, int batchSize, int nullLabel, double labelDropout, long seed) {
        super(network, data, batchSize, seed);
        this.objective = objective;
        this.augmentation = augmentation.of(data.shape());
        this.nullLabel = nullLabel;
        this.labelDropout = labelDropout;
        this.delivered = List.copyOf(delivered);
        if (nullLabel >= 0) {
            requireLabels();
        }
    }

    @Override
    public Loss loss() {
        return new Loss.Denoising(objective.learnsUncertainty());
    }

    @Override
    public LossLimit lossLimit() {
        return objective.lossMayRise() ? LossLimit.OFF : LossLimit.DEFAULT;
    }

    @Override
    public List<Parameter> delivered() {
        return delivered;
    }

    @Override
    public Batch batch(long step) {
        var random = random(step);
        int size = data().sampleSize();
        float[] sample = new float[size];
        float[] samples = new float[batchSize() * size];
        float[] done = new float[batchSize() * augmentation.labels()];
        float[] noise = new float[samples.length];
        float[] coefficients = new float[batchSize() * Objective.Row.WIDTH];
        long[] labels = new long[nullLabel < 0 ? 0 : batchSize()];
        for (int i = 0; i < batchSize(); i++) {
            int index = index(step, i);
            data().copy(index, sample, 0);
            augmentation.apply(sample, samples, i * size, done, i * augmentation.labels(), random);
            objective.draw(random).copyTo(coefficients, i * Objective.Row.WIDTH);
            boolean dropped = random.nextDouble() < labelDropout;
            if (nullLabel >= 0) {
                labels[i] = dropped ? nullLabel : data().label(index);
            }
        }
        for (int i = 0; i < noise.length; i++) {
            noise[i] = (float) random.nextGaussian();
        }
        return new Batch(step, samples, noise, coefficients, labels, done);
    }
}
