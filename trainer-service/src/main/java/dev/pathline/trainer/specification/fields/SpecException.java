package dev.pathline.trainer.specification.fields;

import java.io.Serial;
import java.util.List;
import java.util.stream.Collectors;

/** A training specification that cannot be used; the message names everything that is wrong. */
public final class SpecException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    private final transient List<SpecProblem> problems;

    /** An exception about the specification as a whole. */
    public SpecException(String message) {
        super(message);
        this.problems = List.of(new SpecProblem("", message));
    }

    /** An exception about the specification as a whole. */
    public SpecException(String message, Throwable cause) {
        super(message, cause);
        this.problems = List.of(new SpecProblem("", message));
    }

    private SpecException(String message, List<SpecProblem> problems) {
        super(message);
        this.problems = List.copyOf(problems);
    }

    /**
     * An exception about fields.
     *
     * @param source where the specification is from
     * @param problems what is wrong, at least one thing
     */
    public static SpecException of(String source, List<SpecProblem> problems) {
        return new SpecException(problems.size() == 1
                ? source + ": " + problems.getFirst().sentence()
                : source + " has " + problems.size() + " mistakes:\n  "
                        + problems.stream().map(SpecProblem::sentence).collect(Collectors.joining("\n  ")),
                problems);
    }

    /** Returns everything that is wrong, at least one thing. */
    public List<SpecProblem> problems() {
        return problems;
    }
}
