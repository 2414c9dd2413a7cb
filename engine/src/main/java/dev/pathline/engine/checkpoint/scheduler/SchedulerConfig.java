package dev.pathline.engine.checkpoint.scheduler;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A scheduler's configuration, read setting by setting with the types and names of diffusers. What it leaves out has the
 * default of its class, and what its class has not is left out. Every refusal names the setting and its value.
 */
final class SchedulerConfig {

    static final String CLASS = "_class_name";

    /** What only we read: Python passes over what begins with an underscore. */
    static final String PATHLINE = "_pathline";

    static final String TIMESTEP_FACTOR = "timestepFactor";

    private final ObjectNode json;
    private final Set<String> known;
    private final Set<String> used = new TreeSet<>();

    SchedulerConfig(ObjectNode json) {
        this.json = json;
        this.known = SchedulerKeys.of(className());
    }

    /** Returns the settings that were looked at. */
    Set<String> used() {
        return used;
    }

    String className() {
        return json.path(CLASS).asString("");
    }

    /** Whether a setting is there and not null. */
    boolean has(String key) {
        return !value(key).isMissingNode();
    }

    /** Returns what {@code trained_betas} stands for. */
    BetaTable betaTable() {
        try {
            return BetaTable.read(json);
        } catch (IllegalArgumentException e) {
            throw wrong("trained_betas", String.valueOf(e.getMessage()));
        }
    }

    /** Returns by how much a scheduler's timestep has to be multiplied before the network gets it: a key of ours. */
    double timestepFactor() {
        return Schedulers.timestepFactor(json);
    }

    double number(String key, double standard) {
        JsonNode value = value(key);
        if (value.isMissingNode()) {
            return standard;
        }
        if (!value.isNumber()) {
            throw wrong(key, "it must be a number");
        }
        return value.asDouble();
    }

    /** A number above 0. */
    double positive(String key, double standard) {
        double value = number(key, standard);
        if (!(value > 0 && Double.isFinite(value))) {
            throw wrong(key, "it must be above 0");
        }
        return value;
    }

    int count(String key, int standard) {
        double value = number(key, standard);
        if (value != (int) value || value < 0) {
            throw wrong(key, "it must be a whole number");
        }
        return (int) value;
    }

    boolean flag(String key, boolean standard) {
        JsonNode value = value(key);
        if (value.isMissingNode()) {
            return standard;
        }
        if (!value.isBoolean()) {
            throw wrong(key, "it must be true or false");
        }
        return value.asBoolean();
    }

    /** Returns which of the words it is. */
    String word(String key, String standard, List<String> words) {
        JsonNode value = value(key);
        String word = value.isMissingNode() ? standard : value.asString("");
        if (!words.contains(word)) {
            throw wrong(key, words.size() == 1
                    ? "supported is " + words.getFirst()
                    : "supported are " + String.join(", ", words));
        }
        return word;
    }

    /** Returns what a word stands for. */
    <T> T choice(String key, String standard, Map<String, T> meanings) {
        T meaning = meanings.get(word(key, standard, meanings.keySet().stream().sorted().toList()));
        if (meaning == null) {
            throw new IllegalStateException("a word without a meaning");
        }
        return meaning;
    }

    /** Refuses a setting that is neither missing, null, false, nor an empty list. */
    void requireUnset(String key, String reason) {
        JsonNode value = value(key);
        boolean unset = value.isMissingNode() || (value.isBoolean() && !value.asBoolean())
                || (value.isArray() && value.isEmpty());
        if (!unset) {
            throw wrong(key, reason);
        }
    }

    /** Refuses a number other than the one. */
    void requireNumber(String key, double only) {
        if (number(key, only) != only) {
            throw wrong(key, "supported is " + (only == Math.rint(only) ? Long.toString((long) only) : only));
        }
    }

    /** Returns a refusal: the setting, its value and what is wrong with it. */
    IllegalArgumentException wrong(String key, String reason) {
        return new IllegalArgumentException(key + " of " + className() + " is "
                + (value(key).isMissingNode() ? "not given" : abbreviated(json.path(key).toString())) + "; " + reason);
    }

    /** The value, or the missing node where it is null, as Python's None leaves the choice to the class. */
    private JsonNode value(String key) {
        used.add(key);
        JsonNode value = known.contains(key) ? json.path(key) : MissingNode.getInstance();
        return value.isNull() ? MissingNode.getInstance() : value;
    }

    private static String abbreviated(String text) {
        return text.length() <= 60 ? text : text.substring(0, 57) + "...";
    }
}
