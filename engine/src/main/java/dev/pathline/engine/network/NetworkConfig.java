package dev.pathline.engine.network;

import dev.pathline.engine.graph.Network;
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

    /** Returns whether it computes in float32 or better, whatever profile is asked for: a closed form is to be exact. */
    default boolean keepsFloat32() {
        return false;
    }
}
