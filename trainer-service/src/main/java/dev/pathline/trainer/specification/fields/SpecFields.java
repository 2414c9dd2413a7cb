package dev.pathline.trainer.specification.fields;

import dev.pathline.common.error.Suggestions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
    private final SpecTree tree;
    private final SpecProblems problems;
    private final SortedMap<String, String> settings;
    private final Set<String> known = new HashSet<>();

    private SpecFields(String prefix, @Nullable JsonNode node, SpecTree tree, SpecProblems problems,
            SortedMap<String, String> settings) {
        this.prefix = prefix;
        this.node = node;
        this.tree = tree;
        this.problems = problems;
        this.settings = settings;
    }

    /** The fields of a whole specification. */
    public static SpecFields of(SpecTree tree) {
        return new SpecFields("", tree.root(), tree, new SpecProblems(), new TreeMap<>());
    }

    /** The fields of a whole specification, of which it is not known how its values were written. */
    public static SpecFields of(JsonNode root) {
        return of(new SpecTree(root, Map.of()));
    }

    /** What was read so far of the whole specification, by full name, defaults included. */
    public SortedMap<String, String> settings() {
        return settings;
    }

    /** What is wrong so far, this object's parts included: the first of it, see {@link SpecProblems}. */
    public List<SpecProblem> problems() {
        return problems.first();
    }

    /** How many things are wrong so far. */
    public int mistakes() {
        return problems.count();
    }

    /**
     * Requires that nothing is wrong.
     *
     * @param source what errors call the specification
     * @throws SpecException with the first mistakes, if there are some
     */
    public void requireNoMistakes(String source) {
        if (problems.count() > 0) {
            throw SpecException.of(source, problems.first(), problems.count());
        }
    }

    /** Adds what is wrong with a field. */
    public void problem(String name, String what) {
        problems.add(prefix + name, what);
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
            problem(name, "must be an object, not " + SpecTree.shortly(value));
            value = null;
        }
        return new SpecFields(prefix + name + ".", value, tree, problems, settings);
    }

    /** Returns a part that may be missing; its fields then are, too. */
    public SpecFields optionalObject(String name) {
        return has(name) ? object(name) : new SpecFields(prefix + name + ".", null, tree, problems, settings);
    }

    /** Returns the parts of a list; none where it is missing. */
    public List<SpecFields> objects(String name) {
        var parts = new ArrayList<SpecFields>();
        JsonNode value = has(name) && node != null ? node.get(name) : null;
        if (value != null && !(value.isArray() && !value.isEmpty() && value.values().stream().allMatch(
                JsonNode::isObject))) {
            problem(name, "must be a list of objects, not " + SpecTree.shortly(value));
        } else if (value != null) {
            for (int i = 0; i < value.size(); i++) {
                parts.add(new SpecFields(prefix + name + "[" + i + "].", value.get(i), tree, problems, settings));
            }
        }
        return parts;
    }

    /** Returns the names of the fields that are there; asking for one of them is up to the caller. */
    public Set<String> names() {
        return node == null ? Set.of() : new TreeSet<>(node.propertyNames());
    }

    /** Returns this object as it is, for a reader of its own, or null where it is missing. */
    @Nullable
    public JsonNode json() {
        return node;
    }

    /** Returns a text; one that must be there must not be empty. */
    public String text(String name, @Nullable String fallback) {
        int before = problems.count();
        String text = anyText(name, fallback);
        if (fallback == null && node != null && text.isBlank() && problems.count() == before) {
            problem(name, "is empty: give a text");
        }
        return text;
    }

    private String anyText(String name, @Nullable String fallback) {
        JsonNode value = value(name, fallback, "a text");
        String text = fallback == null ? "" : fallback;
        if (value != null) {
            text = value.asString("");
            if (!value.isString()) {
                problem(name, "must be a text, not " + SpecTree.shortly(value)
                        + (value.isValueNode() ? ": put it in quotes" : ""));
            } else if (text.indexOf('\0') >= 0) {
                problem(name, "has a character with the code 0, which no text here has");
                text = "";
            }
        }
        settings.put(prefix + name, text);
        return text;
    }

    /** Returns one of some words; the first where it is wrong. */
    public String word(String name, @Nullable String fallback, List<String> words) {
        int before = problems.count();
        String word = anyText(name, fallback);
        if (words.contains(word)) {
            return word;
        }
        if (problems.count() == before && node != null) {
            problem(name, "is '" + SpecTree.shortly(word) + "'; known are " + String.join(", ", words)
                    + guess(word, words));
        }
        return words.getFirst();
    }

    public List<String> texts(String name) {
        JsonNode value = value(name, null, "a list of texts");
        var texts = new ArrayList<String>();
        if (value != null) {
            boolean good = value.isArray() && !value.isEmpty();
            for (JsonNode element : value) {
                // A bare 1.50 is a number and a bare true a boolean; both are good names, as they were written.
                String written = element.isString() ? null : tree.written(prefix + name + "[" + texts.size() + "]");
                good &= element.isValueNode() && !element.isNull() && !element.asString().isBlank();
                texts.add(written == null ? element.asString("") : written);
            }
            if (!good) {
                problem(name, "must be a list of names, not " + SpecTree.shortly(value));
            } else if (new TreeSet<>(texts).size() < texts.size()) {
                problem(name, "has a name twice: " + SpecTree.shortly(texts.toString()));
            }
        }
        return texts;
    }

    /** Returns a whole number, which may be written {@code 1e6}; the least where it is wrong. */
    public long whole(String name, long least, @Nullable Long fallback) {
        return whole(name, least, Long.MAX_VALUE, fallback);
    }

    /** Returns a whole number up to a largest one; the least where it is wrong. */
    public long whole(String name, long least, long most, @Nullable Long fallback) {
        String words = "a whole number" + (least == Long.MIN_VALUE ? "" : " from " + least + " on");
        JsonNode value = value(name, fallback, words);
        long number = fallback == null ? least : fallback;
        if (value != null) {
            number = SpecNumbers.whole(value).filter(found -> found >= least).orElse(Long.MIN_VALUE);
            if (SpecNumbers.whole(value).isEmpty() || number < least) {
                problem(name, "must be " + words + ", not " + SpecTree.shortly(value) + hint(name, value));
                number = least;
            } else if (number > most) {
                problem(name, "must be at most " + most + ", not " + number);
                number = least;
            }
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
            problem(name, "must be a number " + range.words() + ", not " + SpecTree.shortly(value)
                    + hint(name, value));
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
                problem(name, "must be a number " + range.words() + ", or a list of them, not "
                        + SpecTree.shortly(value) + hint(name, value));
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
            problem(name, "must be a name or a number, not " + SpecTree.shortly(value));
        }
        String text = value == null ? "" : value.asString("");
        settings.put(prefix + name, text);
        return text;
    }

    /** Returns true or false, which {@code yes} and {@code no}, {@code on} and {@code off} say too. */
    public boolean flag(String name, boolean fallback) {
        JsonNode value = value(name, fallback, "true or false");
        boolean flag = fallback;
        if (value != null) {
            String written = tree.written(prefix + name);
            Optional<Boolean> found = value.isBoolean()
                    ? Optional.of(value.asBoolean())
                    : SpecNumbers.flag(written == null ? "" : written);
            if (found.isEmpty()) {
                problem(name, "must be true or false, not " + SpecTree.shortly(value)
                        + (SpecNumbers.flag(value.asString("")).isPresent() ? ": leave the quotes out" : ""));
            }
            flag = found.orElse(fallback);
        }
        settings.put(prefix + name, Boolean.toString(flag));
        return flag;
    }

    /** Reports every field that nobody asked for. */
    public void refuseOthers() {
        requireKnown(known);
    }

    /** Reports every field that is none of these, for a section with a reader of its own. */
    public void requireKnown(Set<String> names) {
        if (node != null) {
            for (String name : node.propertyNames()) {
                if (names.contains(name)) {
                    continue;
                }
                String word = name.split("[:\\s]", 2)[0];
                if (word.length() < name.length() && names.contains(word)) {
                    problem(word, name.charAt(word.length()) == ':'
                            ? "has no value: a space is missing behind the ':'"
                            : "has no ':' behind it");
                    continue;
                }
                problem(name.isEmpty() ? "(a field without a name)" : name, problems.full()
                        ? "is unknown"
                        : "is unknown; known are " + String.join(", ", new TreeSet<>(names)) + guess(name, names));
            }
        }
    }

    /** What was meant by a word that is not known, if one of the known ones is near. */
    private static String guess(String word, Collection<String> words) {
        return Suggestions.nearest(word, words).map(near -> "; did you mean " + near + "?").orElse("");
    }

    private String hint(String name, JsonNode value) {
        return value.isString() ? SpecNumbers.hint(value.asString(""), tree.written(prefix + name) == null) : "";
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
