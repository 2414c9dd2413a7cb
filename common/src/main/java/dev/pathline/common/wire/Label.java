package dev.pathline.common.wire;

import com.fasterxml.jackson.annotation.JsonValue;

/** A class as a client names it. */
public sealed interface Label {

    /**
     * By the name on the model's card, in any case.
     *
     * @param name the name
     */
    record Name(@JsonValue String name) implements Label {}

    /**
     * By its index.
     *
     * @param index from 0
     */
    record Index(@JsonValue int index) implements Label {}
}
