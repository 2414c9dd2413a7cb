package dev.pathline.engine.training;

import dev.pathline.engine.data.Dataset;
import dev.pathline.engine.graph.Network;
import dev.pathline.engine.script.TrainingProgram.Loss;
import java.util.SplittableRandom;

/** Training of a classifier, with images shifted and mirrored at random, so that a small one generalises. */
public final class ClassificationTask extends ImageTask {

    /** What is where a shifted image has no pixel: black. */
    private static final float BACKGROUND = -1;

    private final double labelSmoothing;
    private final Augmentation augmentation;

    /**
     * How training images are varied.
     *
     * @param maxShift images are moved by up to so many pixels in both directions, at least 0
     * @param mirror whether every other image is mirrored left to right
     */
    public record Augmentation(int maxShift, boolean mirror) {

        /** Images as they are. */
        public static final Augmentation NONE = new Augmentation(0, false);

        /** Checks the range. */
        public Augmentation {
            if (maxShift < 0) {
                throw new IllegalArgumentException("maxShift must be at least 0, got " + maxShift);
            }
        }
    }

    /**
     * @param network has one input, an image, and as its first output a score a class
     * @param labelSmoothing the share of the target that is spread over all classes
     * @throws IllegalArgumentException if the network takes images of another shape
     */
    public ClassificationTask(Network network, Dataset data, int batchSize, double labelSmoothing,
            Augmentation augmentation, long seed) {
        super(network, data, batchSize, seed);
        this.labelSmoothing = labelSmoothing;
        this.augmentation = augmentation;
    }

    @Override
    public Loss loss() {
        return new Loss.CrossEntropy(labelSmoothing);
    }

    @Override
    public Batch batch(long step) {
        var random = random(step);
        int size = data().sampleSize();
        float[] images = new float[batchSize() * size];
        long[] labels = new long[batchSize()];
        float[] image = new float[size];
        for (int i = 0; i < batchSize(); i++) {
            int index = index(step, i);
            data().copy(index, image, 0);
            augment(image, images, i * size, random);
            labels[i] = data().label(index);
        }
        return new Batch(step, images, new float[0], new float[0], labels, new float[0]);
    }

    private void augment(float[] image, float[] target, int offset, SplittableRandom random) {
        int channels = data().shape().get(0);
        int height = data().shape().get(1);
        int width = data().shape().get(2);
        int dy = random.nextInt(-augmentation.maxShift(), augmentation.maxShift() + 1);
        int dx = random.nextInt(-augmentation.maxShift(), augmentation.maxShift() + 1);
        boolean mirror = augmentation.mirror() && random.nextBoolean();
        for (int c = 0; c < channels; c++) {
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    int fromY = y + dy;
                    int fromX = (mirror ? width - 1 - x : x) + dx;
                    boolean inside = fromY >= 0 && fromY < height && fromX >= 0 && fromX < width;
                    target[offset + (c * height + y) * width + x] = inside
                            ? image[(c * height + fromY) * width + fromX]
                            : BACKGROUND;
                }
            }
        }
    }
}
