package dev.pathline.engine.script;

import java.util.Locale;

/** The statements of a method's body, in the order in which they were written. */
final class Statements {

    private static final String INDENT = "    ";

    private final StringBuilder text = new StringBuilder();

    /** Appends {@code target = format(arguments)}. */
    void assign(String target, String format, Object... arguments) {
        text.append(INDENT).append(target).append(" = ").append(String.format(Locale.ROOT, format, arguments))
                .append('\n');
    }

    /**
     * Appends the head of a loop over {@code i}; its statements are those whose target begins with two spaces more.
     *
     * @param indent two spaces for each head that it is under
     */
    void loop(String indent, String range) {
        text.append(INDENT).append(indent).append("for i in ").append(range).append(":\n");
    }

    /** Appends the head of a choice: the statements of its branches have targets that begin with two spaces. */
    void when(String format, Object... arguments) {
        text.append(INDENT).append("if ").append(String.format(Locale.ROOT, format, arguments)).append(":\n");
    }

    /** Appends the head of the other branch of a choice. */
    void otherwise() {
        text.append(INDENT).append("else:\n");
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
