package dev.pathline.engine.metrics;

import java.util.List;

/** Vectors of one width, all of them finite: features of images, or samples themselves. Immutable. */
public final class VectorSet {

    private final int size;
    private final int width;
    private final float[] values;

    private VectorSet(int size, int width, float[] values) {
        this.size = size;
        this.width = width;
        this.values = values;
    }

    /**
     * Takes a copy of vectors.
     *
     * @param vectors at least one
     * @throws IllegalArgumentException if they have different widths, or a value is not finite
     */
    public static VectorSet of(List<float[]> vectors) {
        if (vectors.isEmpty()) {
            throw new IllegalArgumentException("a set of vectors needs at least one");
        }
        int width = vectors.getFirst().length;
        float[] values = new float[Math.multiplyExact(vectors.size(), width)];
        int at = 0;
        for (float[] vector : vectors) {
            if (vector.length != width) {
                throw new IllegalArgumentException("feature vectors of width " + width + " and " + vector.length);
            }
            for (float value : vector) {
                if (!Float.isFinite(value)) {
                    throw new IllegalArgumentException("a feature is not finite: " + value);
                }
                values[at++] = value;
            }
        }
        return new VectorSet(vectors.size(), width, values);
    }

    /** Returns the number of vectors. */
    public int size() {
        return size;
    }

    /** Returns the number of elements of a vector. */
    public int width() {
        return width;
    }

    /** Returns an element of a vector. */
    public double at(int index, int element) {
        return values[index * width + element];
    }

    /** @throws IllegalArgumentException if the other set's vectors have another width */
    void requireSameWidth(VectorSet other) {
        if (other.width != width) {
            throw new IllegalArgumentException("features of width " + width + " and " + other.width);
        }
    }
}
