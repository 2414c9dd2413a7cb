package dev.pathline.engine.objective;

/** Whose weights an {@link Auxiliary} evaluation has. No gradient flows into any of them. */
public enum Source {
    /** The network that is trained, as it is before the step. */
    STUDENT,
    /** The moving average of its weights that the objective keeps for its targets, see {@link Objective#targetDecay}. */
    AVERAGE,
    /** A model that is finished. */
    TEACHER
}
