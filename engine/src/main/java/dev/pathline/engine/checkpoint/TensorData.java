package dev.pathline.engine.checkpoint;

import java.util.List;

/** A tensor on the host: float32, row-major. The array is not copied: who hands it over gives it away. */
public final class TensorData {

    private final List<Integer> shape;
    private final float[] values;

    /**
     * Creates a tensor.
     *
     * @param shape the dimensions; empty for a scalar
     * @param values the elements
     * @throws IllegalArgumentException if the number of elements is not the product of the shape
     */
    public TensorData(List<Integer> shape, float[] values) {
        long size = shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
        if (size != values.length) {
            throw new IllegalArgumentException("shape " + shape + " has " + size + " elements, not " + values.length);
        }
        this.shape = List.copyOf(shape);
        this.values = values;
    }

    /** Returns the dimensions. */
    public List<Integer> shape() {
        return shape;
    }

    /** Returns the elements themselves, not a copy. */
    public float[] values() {
        return values;
    }
}
