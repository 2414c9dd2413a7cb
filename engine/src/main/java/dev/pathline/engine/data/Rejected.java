package dev.pathline.engine.data;

import java.util.List;

/**
 * The files of a data set that could not be used.
 *
 * @param count how many
 * @param examples the first of them, each with the reason
 */
public record Rejected(int count, List<String> examples) {

    /** How many examples are kept. */
    public static final int MOST_EXAMPLES = 10;

    /** Nothing was rejected. */
    public static final Rejected NONE = new Rejected(0, List.of());

    /** Takes a copy. */
    public Rejected {
        examples = List.copyOf(examples);
    }

    /** Returns the examples, and that there are more, as the end of a sentence. */
    String listed() {
        return String.join("; ", examples) + (count > examples.size()
                ? "; and " + (count - examples.size()) + " more"
                : "");
    }
}
