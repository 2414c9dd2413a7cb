package dev.pathline.engine.network;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/**
 * Reads a network's settings from JSON, with a default for what is not there. What is wrong is named in an
 * {@link IllegalArgumentException}.
 */
final class JsonSettings {

    /** More than any network has: what is built from a number is built before a weight was seen. */
    private static final int LARGEST = 1 << 20;

    private static final int MOST_LAYERS = 1000;

    private final JsonNode json;

    /** Reads settings that must all be there. */
    JsonSettings(JsonNode json) {
        this.json = json;
    }

    /** Reads settings of which each may be absent that {@code defaults} has. */
    JsonSettings(JsonNode json, ObjectNode defaults) {
        this(completed(json, defaults));
    }

    /**
     * Returns a copy of settings that names its class.
     *
     * @throws IllegalArgumentException if it is no JSON object
     */
    static ObjectNode copy(JsonNode json, String className) {
        ObjectNode copy = copy(json);
        copy.putIfAbsent("_class_name", StringNode.valueOf(className));
        return copy;
    }

    private static ObjectNode copy(JsonNode json) {
        if (json instanceof ObjectNode object) {
            return object.deepCopy();
        }
        throw new IllegalArgumentException("the configuration must be a JSON object, not " + json);
    }

    /** Returns the settings and, after them, the defaults of those that are absent. */
    static ObjectNode completed(JsonNode json, ObjectNode defaults) {
        ObjectNode all = copy(json);
        defaults.properties().forEach(field -> all.putIfAbsent(field.getKey(), field.getValue()));
        return all;
    }

    void requireKnown(Set<String> keys) {
        var unknown = new TreeSet<>(json.propertyNames());
        unknown.removeAll(keys);
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException(unknown.first() + " is unknown; known are "
                    + String.join(", ", new TreeSet<>(keys)));
        }
    }

    boolean isNull(String key) {
        return value(key).isNull();
    }

    /** The number of layers of something. */
    int layers(String key) {
        int layers = positive(key);
        require(layers <= MOST_LAYERS, key, "must be at most " + MOST_LAYERS + ", not " + layers);
        return layers;
    }

    int positive(String key) {
        return positive(key, value(key));
    }

    @Nullable
    Integer positiveOrNull(String key) {
        return isNull(key) ? null : positive(key);
    }

    /** A list of numbers; one alone stands for {@code count} of the same. */
    List<Integer> positives(String key, int count) {
        JsonNode value = value(key);
        List<Integer> list = value.isArray() ? positives(key) : Collections.nCopies(count, positive(key));
        require(list.size() == count, key, "must have " + count + " numbers, not " + value);
        return list;
    }

    List<Integer> positives(String key) {
        var list = new ArrayList<Integer>();
        array(key).forEach(element -> list.add(positive(key, element)));
        return list;
    }

    List<String> words(String key) {
        var list = new ArrayList<String>();
        for (JsonNode element : array(key)) {
            require(element.isString(), key, "must hold strings, not " + element);
            list.add(element.asString());
        }
        return list;
    }

    double number(String key) {
        JsonNode value = value(key);
        require(value.isNumber(), key, "must be a number, not " + value);
        return value.asDouble();
    }

    double positiveNumber(String key) {
        double value = number(key);
        require(value > 0 && Double.isFinite(value), key, "must be positive, not " + value);
        return value;
    }

    boolean flag(String key) {
        JsonNode value = value(key);
        require(value.isBoolean(), key, "must be true or false, not " + value);
        return value.asBoolean();
    }

    String text(String key) {
        JsonNode value = value(key);
        require(value.isString(), key, "must be a string, not " + value);
        return value.asString();
    }

    /** A word of a list; null reads as the word {@code null}. */
    String word(String key, List<String> known) {
        JsonNode value = value(key);
        String word = value.isNull() ? "null" : value.asString("");
        require(known.contains(word), key, "is " + value + "; supported are " + String.join(", ", known));
        return word;
    }

    static void require(boolean condition, String key, String message) {
        if (!condition) {
            throw new IllegalArgumentException(key + " " + message);
        }
    }

    private JsonNode value(String key) {
        JsonNode value = json.path(key);
        require(!value.isMissingNode(), key, "is missing");
        return value;
    }

    private JsonNode array(String key) {
        JsonNode value = value(key);
        require(value.isArray(), key, "must be a list, not " + value);
        return value;
    }

    private static int positive(String key, JsonNode value) {
        require(value.isInt() && value.asInt() > 0 && value.asInt() <= LARGEST, key,
                "must be a whole number from 1 to " + LARGEST + ", not " + value);
        return value.asInt();
    }
}
