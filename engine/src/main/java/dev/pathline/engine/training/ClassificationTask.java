package dev.pathline.engine.training;

import dev.pathline.engine.graph.InputNames;
import dev.pathline.engine.data.Dataset;
import dev.pathline.engine.data.augment.Augmentation;
import dev.pathline.engine.data.augment.AugmentationSettings;
import dev.pathline.engine.graph.Network;
import dev.pathline.engine.script.TrainingProgram.Loss;
import java.util.Map;

/** Training of a classifier, with images varied at random, so that a small one generalises. */
public final class ClassificationTask extends DatasetTask {

    private final double labelSmoothing;
    private final Augmentation augmentation;

    /**
     * @param network has one input, an image, and as its first output a score a class
     * @param labelSmoothing the share of the target that is spread over all classes
     * @param augmentation how images are varied; the classifier is told nothing of it
     * @throws IllegalArgumentException if the network takes images of another shape, or they have no labels
     */
    public ClassificationTask(Network network, Dataset data, int batchSize, double labelSmoothing,
            AugmentationSettings augmentation, long seed) {
        super(network, data, batchSize, seed);
        this.labelSmoothing = labelSmoothing;
        this.augmentation = augmentation.of(data.shape());
        requireLabels();
    }

    @Override
    public Loss loss() {
        return new Loss.CrossEntropy(labelSmoothing);
    }

    @Override
    public Batch batch(long step, int microBatches) {
        var random = random(step);
        int size = data().sampleSize();
        float[] images = new float[batchSize() * size];
        long[] labels = new long[batchSize()];
        float[] image = new float[size];
        float[] untold = new float[augmentation.labels()];
        for (int i = 0; i < batchSize(); i++) {
            int index = index(step, i);
            data().copy(index, image, 0);
            augmentation.apply(image, images, i * size, untold, 0, random);
            labels[i] = data().label(index);
        }
        return new Batch(step, images, new float[0], new float[0], 0, Map.of(InputNames.LABEL, labels), Map.of());
    }
}
