package dev.pathline.trainer.specification.fields;

import java.io.Serial;
import java.util.List;
import java.util.stream.Collectors;

/** A training specification that cannot be used; the message names everything that is wrong. */
public final class SpecException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    private final transient List<SpecProblem> problems;
    private final int count;

    /** An exception about the specification as a whole. */
    public SpecException(String message) {
        super(message);
        this.problems = List.of(new SpecProblem("", message));
        this.count = 1;
    }

    /** An exception about the specification as a whole. */
    public SpecException(String message, Throwable cause) {
        super(message, cause);
        this.problems = List.of(new SpecProblem("", message));
        this.count = 1;
    }

    private SpecException(String message, List<SpecProblem> problems, int count) {
        super(message);
        this.problems = List.copyOf(problems);
        this.count = count;
    }

    /**
     * An exception about fields.
     *
     * @param source where the specification is from
     * @param problems what is wrong, at least one thing
     */
    public static SpecException of(String source, List<SpecProblem> problems) {
        return of(source, problems, problems.size());
    }

    /**
     * An exception about fields, of which some may not be told.
     *
     * @param source where the specification is from
     * @param problems what is wrong, at least one thing; of more than {@link SpecProblems#MOST} the first are told
     * @param count how many things are wrong in all
     */
    public static SpecException of(String source, List<SpecProblem> problems, int count) {
        List<SpecProblem> told = problems.subList(0, Math.min(problems.size(), SpecProblems.MOST));
        return new SpecException(count == 1
                ? source + ": " + told.getFirst().sentence()
                : source + " has " + count + " mistakes:\n  "
                        + told.stream().map(SpecProblem::sentence).collect(Collectors.joining("\n  "))
                        + (count > told.size() ? "\n  and " + (count - told.size()) + " more" : ""),
                told, count);
    }

    /** Returns what is wrong, at least one thing, and at most {@link SpecProblems#MOST}. */
    public List<SpecProblem> problems() {
        return problems;
    }

    /** Returns how many things are wrong, told or not. */
    public int count() {
        return count;
    }
}
