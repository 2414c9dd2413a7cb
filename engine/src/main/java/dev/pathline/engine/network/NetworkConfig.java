package dev.pathline.engine.network;

import dev.pathline.engine.graph.Network;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** The configuration of a network that samples are made with: what a checkpoint's {@code config.json} says. */
public interface NetworkConfig {

    /** Returns which kind of network it configures. */
    NetworkType type();

    /**
     * Builds the graph.
     *
     * @throws IllegalArgumentException if the settings do not fit each other
     */
    Network build();

    /** Returns the settings as JSON, {@code _class_name} included. */
    ObjectNode json();

    /**
     * Returns this configuration for samples of a shape, where it leaves their size open.
     *
     * @param shape the card's shape
     */
    default NetworkConfig forSample(List<Integer> shape) {
        return this;
    }

    /**
     * Returns the settings in use that are ours and unknown to the class of diffusers whose name it bears: Python would
     * leave them out of account, or fail. Empty where Python computes the same.
     */
    default List<String> extensions() {
        return List.of();
    }

    /** Returns whether it computes in float32 or better, whatever profile is asked for: a closed form is to be exact. */
    default boolean keepsFloat32() {
        return false;
    }
}
