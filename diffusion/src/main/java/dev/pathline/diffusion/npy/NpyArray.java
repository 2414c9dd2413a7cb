package dev.pathline.diffusion.npy;

import java.util.Arrays;

/**
 * An array of numbers in float32, the last index fastest. Arrays are handed over, not copied: who gives one away does not
 * touch it again.
 */
public final class NpyArray {

    private final int[] shape;
    private final float[] values;

    /**
     * Creates an array.
     *
     * @throws IllegalArgumentException if the shape does not fit the numbers
     */
    public NpyArray(int[] shape, float[] values) {
        if (Arrays.stream(shape).asLongStream().reduce(1, Math::multiplyExact) != values.length) {
            throw new IllegalArgumentException(
                    "shape " + Arrays.toString(shape) + " does not fit " + values.length + " numbers");
        }
        this.shape = shape;
        this.values = values;
    }

    /** Returns the shape; empty for a single number. */
    public int[] shape() {
        return shape;
    }

    /** Returns the numbers themselves, not a copy. */
    public float[] values() {
        return values;
    }
}
