package dev.pathline.trainer.specification.objective;

/**
 * A word of {@code objective.type}, and how the rest of that section is read. A new objective of diffusion is one
 * more of these, in {@link ObjectiveTypes}; one of flow maps or of a teacher has its line in the engine's lists.
 */
public interface ObjectiveType {

    /** Returns the word. */
    String word();

    /** Returns whether its targets are taken from a teacher's evaluations. */
    default boolean needsTeacher() {
        return false;
    }

    /** Returns whether its rows are made of a teacher's trajectories. */
    default boolean needsTrajectories() {
        return false;
    }

    /**
     * Reads the section; what is wrong is added to its problems and replaced by something harmless.
     *
     * @throws IllegalArgumentException if the parts do not fit each other
     */
    ObjectiveSpec read(ObjectiveFields fields);
}
