package dev.pathline.trainer.specification.fields;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A specification before anybody has looked at what it says.
 *
 * @param root its values
 * @param texts by full name how each value was written that was not in quotes: {@code 1.50} for the number 1.5
 */
public record SpecTree(JsonNode root, Map<String, String> texts) {

    /** More of a value than this only hides what is said about it. */
    private static final int SHOWN = 60;
    private static final int LONGEST = 600;

    /** Returns how a value was written; null if in quotes, or if it is no single value. */
    @Nullable
    String written(String name) {
        return texts.get(name);
    }

    /** Returns a text as errors show it: the beginning of a long one. */
    public static String shortly(String text) {
        String line = text.replaceAll("\\p{Cntrl}", " ");
        return line.length() <= SHOWN ? line : line.substring(0, SHOWN) + "...";
    }

    /** Returns what is wrong as it is told: the beginning of something long. */
    public static String cut(@Nullable String message) {
        String text = String.valueOf(message);
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
    }

    /** Returns a value as errors show it, as JSON. */
    static String shortly(JsonNode value) {
        // What is long is cut before it is written: a value may have megabytes.
        return switch (value.getNodeType()) {
            case ARRAY -> value.size() > SHOWN ? "a list of " + value.size() : shortly(value.toString());
            case OBJECT ->
                value.size() > SHOWN ? "an object of " + value.size() + " fields" : shortly(value.toString());
            default -> shortly(value.toString());
        };
    }
}
