package dev.pathline.trainer.specification.fields;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * What is wrong with a specification, as far as anybody reads it: of thousands of mistakes the first are told, and that there
 * are more.
 */
public final class SpecProblems {

    /** As many as one screen shows. */
    public static final int MOST = 20;

    private final List<SpecProblem> first = new ArrayList<>();
    private int count;

    /** Adds a mistake. */
    public void add(String field, String message) {
        count++;
        if (first.size() < MOST) {
            first.add(new SpecProblem(SpecTree.shortly(field), message));
        }
    }

    /** Returns how many mistakes there are. */
    public int count() {
        return count;
    }

    /** Returns whether another mistake would only be counted. */
    boolean full() {
        return first.size() == MOST;
    }

    /** Returns whether one of the mistakes that are told is about such a field. */
    public boolean any(Predicate<String> field) {
        return first.stream().map(SpecProblem::field).anyMatch(field);
    }

    /** Returns the first mistakes; none if nothing is wrong. */
    public List<SpecProblem> first() {
        return List.copyOf(first);
    }
}
