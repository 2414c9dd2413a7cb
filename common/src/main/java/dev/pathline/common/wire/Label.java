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
     * In the words of a prompt.
     *
     * @param text the class's name, {@code class:NAME}, an index, or a text with the name of one class in it
     */
    record Prompt(String text) implements Label {}

    /**
     * By its index.
     *
     * @param index from 0
     */
    record Index(@JsonValue int index) implements Label {}
}
