package dev.pathline.engine.training;

import dev.pathline.engine.checkpoint.TensorData;
import dev.pathline.engine.graph.Network;
import java.util.Map;

/**
 * A finished model that targets are taken from.
 *
 * @param network what it computes
 * @param weights its weights by name, as its checkpoint has them
 */
public record Teacher(Network network, Map<String, TensorData> weights) {

    /** Takes a copy of the map. */
    public Teacher {
        weights = Map.copyOf(weights);
    }
}
