package dev.pathline.trainer.specification.fields;

import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** How people write numbers and flags, and what to say where it is not read. */
final class SpecNumbers {

    /** Whole numbers up to this are exact as a double, so that 1e6 is one million. */
    private static final double EXACT = 9_007_199_254_740_992.0;

    private SpecNumbers() {}

    /** Returns a whole number, however it is written; empty if it is none. */
    static Optional<Long> whole(JsonNode value) {
        if (value.isIntegralNumber()) {
            return value.canConvertToLong() ? Optional.of(value.asLong()) : Optional.empty();
        }
        double number = value.isNumber() ? value.asDouble() : Double.NaN;
        return number == Math.rint(number) && Math.abs(number) <= EXACT ? Optional.of((long) number) : Optional.empty();
    }

    /** Returns the flag that a word stands for. */
    static Optional<Boolean> flag(String word) {
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "true", "yes", "on" -> Optional.of(true);
            case "false", "no", "off" -> Optional.of(false);
            default -> Optional.empty();
        };
    }

    /**
     * Says how a text would be a number, in words that follow it.
     *
     * @param quoted whether it stands in quotes
     */
    static String hint(String text, boolean quoted) {
        String bare = text.strip();
        if (quoted && isNumber(bare)) {
            return ": leave the quotes out";
        }
        if (bare.matches("[+-]?[1-9]\\d{0,2}(,\\d{3})+")) {
            return ": write the digits together";
        }
        if (isNumber(bare.replace(",", "."))) {
            return ": write a point for the comma";
        }
        if (bare.endsWith("%") && isNumber(bare.substring(0, bare.length() - 1).strip())) {
            return ": give the share, 0.1 for 10 %";
        }
        return isNumber(bare.replaceAll("[,_' ]", "")) ? ": write the digits together" : "";
    }

    private static boolean isNumber(String text) {
        return text.matches("[-+]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][-+]?\\d+)?");
    }
}
