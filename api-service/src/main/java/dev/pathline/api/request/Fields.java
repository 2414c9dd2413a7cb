package dev.pathline.api.request;

import dev.pathline.common.error.FieldErrors;
import dev.pathline.common.error.Shown;
import dev.pathline.common.error.Suggestions;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The fields of one JSON object, read one by one. What is wrong is collected, not thrown, so that a client hears of all
 * its mistakes at once. A field that is null counts as left out.
 */
final class Fields {

    private static final int MAX_NAME = 64;

    private final JsonNode object;
    private final String prefix;
    private final FieldErrors errors;
    private final Set<String> known = new LinkedHashSet<>();

    Fields(JsonNode object, String prefix, FieldErrors errors) {
        this.object = object;
        this.prefix = prefix;
        this.errors = errors;
    }

    /** The value of a field as it is, or null if it is left out. */
    @Nullable
    JsonNode raw(String name) {
        known.add(name);
        JsonNode value = object.get(name);
        return value == null || value.isNull() ? null : value;
    }

    @Nullable
    Integer integer(String name, int low, int high) {
        JsonNode value = raw(name);
        if (value == null) {
            return null;
        }
        if (value.isIntegralNumber() && value.canConvertToInt() && value.intValue() >= low
                && value.intValue() <= high) {
            return value.intValue();
        }
        wrong(name, "must be an integer from " + low + " to " + high + ", not " + shown(value));
        return null;
    }

    @Nullable
    Long millis(String name, Duration high) {
        JsonNode value = raw(name);
        if (value == null) {
            return null;
        }
        if (value.isIntegralNumber() && value.canConvertToLong() && value.longValue() >= 1
                && value.longValue() <= high.toMillis()) {
            return value.longValue();
        }
        wrong(name, "must be milliseconds, an integer from 1 to " + high.toMillis() + ", not " + shown(value));
        return null;
    }

    @Nullable
    Double number(String name, double low, double high) {
        JsonNode value = raw(name);
        if (value == null) {
            return null;
        }
        if (value.isNumber() && value.doubleValue() >= low && value.doubleValue() <= high) {
            return value.doubleValue();
        }
        wrong(name, "must be a number from " + plain(low) + " to " + plain(high) + ", not " + shown(value));
        return null;
    }

    @Nullable
    String text(String name, int maxLength) {
        JsonNode value = raw(name);
        if (value == null) {
            return null;
        }
        if (value.isString() && !value.stringValue().isBlank() && value.stringValue().length() <= maxLength) {
            return value.stringValue();
        }
        wrong(name, "must be a string of 1 to " + maxLength + " characters, not " + shown(value));
        return null;
    }

    @Nullable
    Boolean flag(String name) {
        JsonNode value = raw(name);
        if (value == null) {
            return null;
        }
        if (value.isBoolean()) {
            return value.booleanValue();
        }
        wrong(name, "must be true or false, not " + shown(value));
        return null;
    }

    <T> @Nullable T oneOf(String name, Map<String, T> choices) {
        JsonNode value = raw(name);
        if (value == null) {
            return null;
        }
        T choice = value.isString() ? choices.get(value.stringValue()) : null;
        if (choice != null) {
            return choice;
        }
        wrong(name, "must be one of " + String.join(", ", choices.keySet()) + ", not " + shown(value));
        return null;
    }

    /** Returns values by what they are called, in their order. */
    static <T> Map<String, T> named(T[] values, Function<T, String> name) {
        Map<String, T> map = new LinkedHashMap<>();
        for (T value : values) {
            map.put(name.apply(value), value);
        }
        return map;
    }

    /** Notes that a field is wrong. */
    void wrong(String name, String message) {
        errors.add(prefix + name, message);
    }

    /** Notes every field that nobody asked for. */
    void refuseTheRest() {
        for (String name : object.propertyNames()) {
            if (!known.contains(name)) {
                String shown = Shown.start(name, MAX_NAME);
                errors.add(prefix + shown, () -> "is not a field of this request" + guess(name));
            }
        }
    }

    private String guess(String name) {
        return Suggestions.nearest(name, known).map(near -> "; did you mean " + near + "?")
                .orElse("; the fields are " + String.join(", ", known));
    }

    /** A value as it is shown in a message: never more than a line of it. */
    static String shown(JsonNode value) {
        String text = value.isContainer() ? (value.isArray() ? "an array" : "an object") : value.toString();
        return Shown.start(text, 60);
    }

    private static String plain(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }
}
