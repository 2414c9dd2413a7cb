package dev.pathline.engine.data;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The order of classes that are found as folders: that of their names' characters, in which 10 comes before 2. It stays
 * so, as a model's labels and a run that goes on depend on it; but who expects the order of numbers is told.
 */
final class ClassOrder {

    private static final Pattern NUMBER = Pattern.compile("\\d+");
    private static final int WIDTH = 20;
    private static final int MOST_SHOWN = 20;

    private ClassOrder() {}

    /** Says so, if classes stand in the order of their characters and numbers in their names have another one. */
    static Optional<String> note(List<String> classes) {
        var byCharacters = new ArrayList<>(classes);
        byCharacters.sort(Comparator.naturalOrder());
        var byNumbers = new ArrayList<>(classes);
        byNumbers.sort(Comparator.comparing(ClassOrder::padded));
        return classes.equals(byCharacters) && !byCharacters.equals(byNumbers)
                ? Optional.of("the classes stand in the order of their characters, " + shown(byCharacters)
                        + ", which are the labels 0, 1, 2 ...: data.classes: [" + shown(byNumbers)
                        + "] would put them in the order of their numbers")
                : Optional.empty();
    }

    /** Numbers with zeros before them, so that the order of characters is theirs. */
    private static String padded(String name) {
        return NUMBER.matcher(name).replaceAll(found -> Matcher.quoteReplacement(
                "0".repeat(Math.max(0, WIDTH - found.group().length())) + found.group()));
    }

    private static String shown(List<String> names) {
        return String.join(", ", names.subList(0, Math.min(MOST_SHOWN, names.size())))
                + (names.size() > MOST_SHOWN ? " ..." : "");
    }
}
