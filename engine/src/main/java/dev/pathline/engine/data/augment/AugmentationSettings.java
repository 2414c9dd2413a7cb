package dev.pathline.engine.data.augment;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How training images are varied: first moved and mirrored, of which the network is told nothing, then by the pipeline.
 *
 * @param maxShift images are moved by up to so many whole pixels in both directions, at least 0; what comes in is black
 * @param mirror whether every other image is mirrored left to right
 * @param pipeline what else is done, or null for nothing
 */
public record AugmentationSettings(int maxShift, boolean mirror, @Nullable PipelineSettings pipeline) {

    /** Samples as they are. */
    public static final AugmentationSettings NONE = new AugmentationSettings(0, false, null);

    /** @throws IllegalArgumentException if the shift is negative */
    public AugmentationSettings {
        if (maxShift < 0) {
            throw new IllegalArgumentException("maxShift must be at least 0, got " + maxShift);
        }
    }

    /** Returns the length of the vector that tells the network what was done. */
    public int labels() {
        return pipeline == null ? 0 : pipeline.labels();
    }

    /**
     * Returns the augmentation of samples of a shape.
     *
     * @param shape {@code [channels, height, width]}; any other only where nothing is varied
     * @throws IllegalArgumentException if such samples cannot be varied like this
     */
    public Augmentation of(List<Integer> shape) {
        if (equals(NONE)) {
            int size = shape.stream().reduce(1, Math::multiplyExact);
            return new Unvaried(size);
        }
        if (shape.size() != 3) {
            throw new IllegalArgumentException("an augmentation is for images, not for samples of shape " + shape);
        }
        var extent = new ImageSize(shape.get(0), shape.get(1), shape.get(2));
        if (pipeline == null) {
            return new ShiftAndMirror(extent, maxShift, mirror);
        }
        var last = new Pipeline(extent, pipeline);
        return maxShift == 0 && !mirror ? last : new Chain(new ShiftAndMirror(extent, maxShift, mirror), last, extent);
    }
}
