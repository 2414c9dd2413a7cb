package dev.pathline.engine.data.augment;

import java.util.random.RandomGenerator;

/** Leaves samples as they are, and draws nothing. */
record Unvaried(int size) implements Augmentation {

    @Override
    public int labels() {
        return 0;
    }

    @Override
    public void apply(float[] image, float[] target, int offset, float[] labels, int labelOffset,
            RandomGenerator random) {
        System.arraycopy(image, 0, target, offset, size);
    }
}
