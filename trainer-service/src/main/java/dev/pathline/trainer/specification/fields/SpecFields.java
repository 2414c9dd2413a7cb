package dev.pathline.trainer.specification.fields;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The fields of one object of a specification. What is wrong is added to a list under its full name and replaced by
 * something harmless, so that one look finds every mistake.
 */
public final class SpecFields {

    private final String prefix;
    private final @Nullable JsonNode node;
    private final List<SpecProblem> problems;
    private final SortedMap<String, String> settings;
    private final Set<String> known = new HashSet<>();

    private SpecFields(String prefix, @Nullable JsonNode node, List<SpecProblem> problems,
            SortedMap<String, String> settings) {
        this.prefix = prefix;
        this.node = node;
        this.problems = problems;
        this.settings = settings;
    }

    /** The fields of a whole specification. */
    public static SpecFields of(JsonNode root) {
        return new SpecFields("", root, new ArrayList<>(), new TreeMap<>());
    }

    /** What was read so far of the whole specification, by full name, defaults included. */
    public SortedMap<String, String> settings() {
        return settings;
    }

    /** What is wrong so far, this object's parts included. */
    public List<SpecProblem> problems() {
        return problems;
    }

    /** Adds what is wrong with a field. */
    public void problem(String name, String what) {
        problems.add(new SpecProblem(prefix + name, what));
    }

    public boolean has(String name) {
        known.add(name);
        JsonNode value = node == null ? null : node.get(name);
        return value != null && !value.isNull();
    }

    /** Returns a part; where it is missing, that is the only mistake that is reported of it. */
    public SpecFields object(String name) {
        JsonNode value = value(name, null, "an object");
        if (value != null && !value.isObject()) {
            problem(name, "must be an object, not " + value);
            value = null;
        }
        return new SpecFields(prefix + name + ".", value, problems, settings);
    }

    /** Returns a part that may be missing; its fields then are, too. */
    public SpecFields optionalObject(String name) {
        return has(name) ? object(name) : new SpecFields(prefix + name + ".", null, problems, settings);
    }

    /** Returns the parts of a list; none where it is missing. */
    public List<SpecFields> objects(String name) {
        var parts = new ArrayList<SpecFields>();
        JsonNode value = has(name) && node != null ? node.get(name) : null;
        if (value != null && !(value.isArray() && !value.isEmpty() && value.values().stream().allMatch(
                JsonNode::isObject))) {
            problem(name, "must be a list of objects, not " + value);
        } else if (value != null) {
            for (int i = 0; i < value.size(); i++) {
                parts.add(new SpecFields(prefix + name + "[" + i + "].", value.get(i), problems, settings));
            }
        }
        return parts;
    }

    /** Returns the names of the fields that are there; asking for one of them is up to the caller. */
    public Set<String> names() {
        return node == null ? Set.of() : new TreeSet<>(node.propertyNames());
    }

    /** Returns an object as it is, for a reader of its own, or null where it is missing. */
    @Nullable
    public JsonNode tree(String name) {
        object(name);
        return node == null ? null : node.get(name);
    }

    public String text(String name, @Nullable String fallback) {
        JsonNode value = value(name, fallback, "a text");
        String text = fallback == null ? "" : fallback;
        if (value != null) {
            if (!value.isString()) {
                problem(name, "must be a text, not " + value);
            }
            text = value.asString("");
        }
        settings.put(prefix + name, text);
        return text;
    }

    /** Returns one of some words; the first where it is wrong. */
    public String word(String name, @Nullable String fallback, List<String> words) {
        int before = problems.size();
        String word = text(name, fallback);
        if (words.contains(word)) {
            return word;
        }
        if (problems.size() == before && node != null) {
            problem(name, "is '" + word + "'; known are " + String.join(", ", words));
        }
        return words.getFirst();
    }

    public List<String> texts(String name) {
        JsonNode value = value(name, null, "a list of texts");
        var texts = new ArrayList<String>();
        if (value != null) {
            boolean good = value.isArray() && !value.isEmpty();
            for (JsonNode element : value) {
                // YAML reads a bare 1 as a number and a bare no as a boolean; both are good names.
                good &= element.isValueNode() && !element.isNull() && !element.asString().isBlank();
                texts.add(element.asString(""));
            }
            if (!good) {
                problem(name, "must be a list of names, not " + value);
            } else if (new TreeSet<>(texts).size() < texts.size()) {
                problem(name, "has a name twice: " + texts);
            }
        }
        return texts;
    }

    public long whole(String name, long least, @Nullable Long fallback) {
        JsonNode value = value(name, fallback, "a whole number from " + least + " on");
        long number = fallback == null ? least : fallback;
        if (value != null && value.isIntegralNumber() && value.canConvertToLong() && value.asLong() >= least) {
            number = value.asLong();
        } else if (value != null) {
            problem(name,
                    "must be a whole number" + (least == Long.MIN_VALUE ? "" : " from " + least + " on") + ", not "
                            + value);
            number = least;
        }
        settings.put(prefix + name, Long.toString(number));
        return number;
    }

    public double number(String name, SpecRange range, @Nullable Double fallback) {
        JsonNode value = value(name, fallback, "a number " + range.words());
        double number = fallback == null ? range.example() : fallback;
        if (value != null && value.isNumber() && range.contains(value.asDouble())) {
            number = value.asDouble();
        } else if (value != null) {
            problem(name, "must be a number " + range.words() + ", not " + value);
            number = range.example();
        }
        settings.put(prefix + name, Double.toString(number));
        return number;
    }

    /**
     * Returns some numbers, one of which may stand alone.
     *
     * @return at least one number, or two of the range where the field is missing or wrong
     */
    public List<Double> numbers(String name, SpecRange range) {
        JsonNode value = value(name, null, "a number " + range.words() + ", or a list of them");
        var numbers = new ArrayList<Double>();
        if (value != null) {
            for (JsonNode element : value.isArray() ? value : List.of(value)) {
                if (element.isNumber() && range.contains(element.asDouble())) {
                    numbers.add(element.asDouble());
                }
            }
            if (numbers.size() != (value.isArray() ? value.size() : 1) || numbers.isEmpty()) {
                problem(name, "must be a number " + range.words() + ", or a list of them, not " + value);
                numbers.clear();
            }
        }
        if (numbers.isEmpty()) {
            numbers.addAll(List.of(range.example(), range.example()));
        }
        settings.put(prefix + name, numbers.toString());
        return numbers;
    }

    /** Returns a name, which YAML may have read as a number; empty where it is missing. */
    public String name(String name) {
        JsonNode value = has(name) && node != null ? node.get(name) : null;
        if (value != null && !value.isString() && !value.isIntegralNumber()) {
            problem(name, "must be a name or a number, not " + value);
        }
        String text = value == null ? "" : value.asString("");
        settings.put(prefix + name, text);
        return text;
    }

    public boolean flag(String name, boolean fallback) {
        JsonNode value = value(name, fallback, "true or false");
        if (value != null && !value.isBoolean()) {
            problem(name, "must be true or false, not " + value);
        }
        boolean flag = (value == null || !value.isBoolean()) ? fallback : value.asBoolean();
        settings.put(prefix + name, Boolean.toString(flag));
        return flag;
    }

    /** Reports every field that nobody asked for. */
    public void refuseOthers() {
        if (node != null) {
            for (String name : node.propertyNames()) {
                if (!known.contains(name)) {
                    problem(name, "is unknown; known are " + String.join(", ", new TreeSet<>(known)));
                }
            }
        }
    }

    private @Nullable JsonNode value(String name, @Nullable Object fallback, String what) {
        if (has(name)) {
            return node == null ? null : node.get(name);
        }
        if (fallback == null && node != null) {
            problem(name, "is missing: give " + what);
        }
        return null;
    }
}
