package dev.pathline.engine.data;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Numbers in text as people and programs write them: digits, perhaps a sign, a point and an exponent of ten. What a
 * programming language would take besides, {@code 2d} or {@code 0x1p3}, is a slip in data.
 */
final class StrictNumbers {

    private static final Pattern NUMBER = Pattern
            .compile("[+-]?+(?:\\d++(?:\\.\\d*+)?+|\\.\\d++)(?:[eE][+-]?+\\d++)?+");
    private static final Pattern COMMA = Pattern.compile("[+-]?\\d+,\\d+(?:[eE][+-]?\\d+)?");
    private static final Pattern GROUPED = Pattern.compile("[+-]?\\d{1,3}(?:[,' \\u00A0\\u202F]\\d{3})+(?:\\.\\d+)?");
    /** In small letters, without a sign. */
    private static final Set<String> NOT_FINITE = Set.of("nan", "inf", "infinity");

    private StrictNumbers() {}

    static boolean matches(String text) {
        return NUMBER.matcher(text).matches();
    }

    /** Returns whether a text is one of the words for what is no finite number. */
    static boolean notFinite(String text) {
        String word = text.startsWith("-") || text.startsWith("+") ? text.substring(1) : text;
        return NOT_FINITE.contains(word.toLowerCase(Locale.ROOT));
    }

    /** Returns a whole number from 0 on, which may be written with a point: {@code 3}, {@code 3.0} or {@code 3e0}. */
    static Optional<Integer> whole(String text) {
        if (!matches(text)) {
            return Optional.empty();
        }
        double value = Double.parseDouble(text);
        return value >= 0 && value <= Integer.MAX_VALUE && value == Math.rint(value)
                ? Optional.of((int) value)
                : Optional.empty();
    }

    /** Returns what to do about a text that should be a number, as the end of a sentence; empty if nothing is known. */
    static String advice(String text, char separator) {
        if (text.isEmpty()) {
            return separator == ' ' || separator == '\t' ? "; two separators follow each other there" : "; it is empty";
        }
        if (GROUPED.matcher(text).matches() && !COMMA.matcher(text).matches()) {
            return "; write numbers without anything between their digits";
        }
        if (COMMA.matcher(text).matches()) {
            return "; write decimal points, not commas";
        }
        if (text.length() > 1 && text.startsWith("'") && text.endsWith("'")) {
            return "; quotes are \", and numbers need none";
        }
        return text.chars().filter(c -> c != separator && ";\t|, ".indexOf(c) >= 0).mapToObj(c -> (char) c).findFirst()
                .map(c -> "; if " + shown(c) + " is between the columns, say separator: " + shown(c)).orElse("");
    }

    private static String shown(char separator) {
        return separator == '\t' ? "\"\\t\"" : "\"" + separator + "\"";
    }
}
