package dev.pathline.engine.data.augment;

import java.util.random.RandomGenerator;

/** One augmentation after another; the network is told of the second. */
record Chain(ShiftAndMirror first, Pipeline second, ImageSize extent) implements Augmentation {

    @Override
    public int labels() {
        return second.labels();
    }

    @Override
    public void apply(float[] image, float[] target, int offset, float[] labels, int labelOffset,
            RandomGenerator random) {
        float[] between = new float[extent.values()];
        first.apply(image, between, 0, labels, labelOffset, random);
        second.apply(between, target, offset, labels, labelOffset, random);
    }
}
