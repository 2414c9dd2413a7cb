package dev.pathline.engine.training;

import dev.pathline.engine.data.ImageDataset;
import dev.pathline.engine.data.Shuffle;
import dev.pathline.engine.graph.Network;
import dev.pathline.engine.script.TrainingProgram.Loss;
import java.util.SplittableRandom;

/** Training of a classifier, with images shifted by up to two pixels and mirrored, so that a small one generalises. */
public final class ClassificationTask implements TrainingTask {

    private static final int MAX_SHIFT = 2;
    private static final float BACKGROUND = -1;

    private final Network network;
    private final ImageDataset data;
    private final Shuffle shuffle;
    private final int batchSize;
    private final double labelSmoothing;
    private final long seed;

    /**
     * @param network has one input, an image, and one output, a score a class
     * @param labelSmoothing the share of the target that is spread over all classes
     */
    public ClassificationTask(Network network, ImageDataset data, int batchSize, double labelSmoothing, long seed) {
        this.network = network;
        this.data = data;
        this.shuffle = new Shuffle(data.size(), seed);
        this.batchSize = batchSize;
        this.labelSmoothing = labelSmoothing;
        this.seed = seed;
    }

    @Override
    public Network network() {
        return network;
    }

    @Override
    public Loss loss() {
        return new Loss.CrossEntropy(labelSmoothing);
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
        long[] labels = new long[batchSize];
        float[] image = new float[size];
        for (int i = 0; i < batchSize; i++) {
            int index = shuffle.at((step - 1) * batchSize + i);
            data.copyImage(index, image, 0);
            augment(image, images, i * size, random);
            labels[i] = data.label(index);
        }
        return new Batch(step, images, new float[0], new float[0], labels);
    }

    private void augment(float[] image, float[] target, int offset, SplittableRandom random) {
        int channels = data.shape().get(0);
        int height = data.shape().get(1);
        int width = data.shape().get(2);
        int dy = random.nextInt(-MAX_SHIFT, MAX_SHIFT + 1);
        int dx = random.nextInt(-MAX_SHIFT, MAX_SHIFT + 1);
        boolean mirror = random.nextBoolean();
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
