package dev.pathline.engine.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/** Reads the fields of a configuration; what is wrong is named. */
final class ConfigFields {
    private ConfigFields() {}

    static void requireKnown(JsonNode json, Set<String> keys) {
        var unknown = new TreeSet<>(json.propertyNames());
        unknown.removeAll(keys);
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException(unknown.first() + " is unknown; known are "
                    + String.join(", ", new TreeSet<>(keys)));
        }
    }

    static int positive(JsonNode json, String key) {
        return positive(key, json.path(key));
    }

    private static int positive(String key, JsonNode value) {
        if (!value.isInt() || value.asInt() < 1) {
            throw new IllegalArgumentException(key + (value.isMissingNode()
                    ? " is missing"
                    : " must be a whole number from 1 on, not " + value));
        }
        return value.asInt();
    }

    static List<Integer> positives(JsonNode json, String key) {
        JsonNode value = json.path(key);
        if (!value.isArray()) {
            throw new IllegalArgumentException(key + (value.isMissingNode()
                    ? " is missing"
                    : " must be a list, not " + value));
        }
        var list = new ArrayList<Integer>();
        value.forEach(element -> list.add(positive(key, element)));
        return list;
    }
}
