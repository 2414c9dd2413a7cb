package dev.pathline.engine.metrics;

import java.util.List;

/** Vectors of one width, all of them finite: features of images, or samples themselves. Immutable. */
public final class VectorSet {

    private final int width;
    /** One array for all would be full at 2^31 values, some 10,000 images of 256 x 256 pixels. */
    private final float[][] rows;

    private VectorSet(int width, float[][] rows) {
        this.width = width;
        this.rows = rows;
    }

    /**
     * Takes vectors over, which must not be changed from then on: a copy of images takes gigabytes.
     *
     * @param vectors at least one
     * @throws IllegalArgumentException if they have different widths, or a value is not finite
     */
    public static VectorSet of(List<float[]> vectors) {
        if (vectors.isEmpty()) {
            throw new IllegalArgumentException("a set of vectors needs at least one");
        }
        int width = vectors.getFirst().length;
        for (float[] vector : vectors) {
            if (vector.length != width) {
                throw new IllegalArgumentException("feature vectors of width " + width + " and " + vector.length);
            }
            for (float value : vector) {
                if (!Float.isFinite(value)) {
                    throw new IllegalArgumentException("a feature is not finite: " + value);
                }
            }
        }
        return new VectorSet(width, vectors.toArray(float[][]::new));
    }

    /** Returns the number of vectors. */
    public int size() {
        return rows.length;
    }

    /** Returns the number of elements of a vector. */
    public int width() {
        return width;
    }

    /** Returns an element of a vector. */
    public double at(int index, int element) {
        return rows[index][element];
    }

    /** @throws IllegalArgumentException if the other set's vectors have another width */
    void requireSameWidth(VectorSet other) {
        if (other.width != width) {
            throw new IllegalArgumentException("features of width " + width + " and " + other.width);
        }
    }
}
