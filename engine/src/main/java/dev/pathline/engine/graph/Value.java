package dev.pathline.engine.graph;

import java.util.List;

/**
 * A node of a graph: the result of one operation.
 *
 * @param id its place in the graph, inputs first
 * @param op what computes it
 * @param inputs the values it is computed from
 * @param shape its dimensions without the batch
 */
public record Value(int id, Op op, List<Value> inputs, List<Integer> shape) {

    public Value {
        inputs = List.copyOf(inputs);
        shape = List.copyOf(shape);
    }

    /** Returns dimension {@code i}, without the batch. */
    public int dim(int i) {
        return shape.get(i);
    }

    /** Returns the number of channels of an image or a vector value. */
    public int channels() {
        return shape.getFirst();
    }

    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return id;
    }

    @Override
    public String toString() {
        return "v" + id + shape;
    }
}
