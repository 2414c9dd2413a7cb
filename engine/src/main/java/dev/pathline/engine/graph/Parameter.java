package dev.pathline.engine.graph;

import java.util.List;

/**
 * A named weight of a network.
 *
 * @param name the name in the checkpoint, as diffusers has it
 * @param shape the dimensions, as PyTorch has them (convolution: out, in, height, width; linear: out, in)
 * @param initializer how it starts before training
 * @param exact whether it is never rounded to less than float32: a frequency, whose error grows with what it multiplies
 */
public record Parameter(String name, List<Integer> shape, Initializer initializer, boolean exact) {

    public Parameter {
        shape = List.copyOf(shape);
    }

    /** Returns the number of elements. */
    public long size() {
        return shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
    }

    /** Returns whether this is the weight of a two-dimensional convolution. */
    public boolean isConvolution() {
        return shape.size() == 4;
    }
}
