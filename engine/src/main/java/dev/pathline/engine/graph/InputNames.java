package dev.pathline.engine.graph;

/** The names of inputs that networks have in common: programs, ticks and batches find their numbers by these. */
public final class InputNames {

    /** The input that holds samples. */
    public static final String X = "x";

    /** The time. */
    public static final String TIME = "time";

    /** A flow map's second time. */
    public static final String TARGET = "target";

    /** The scale of guidance, for a network that guides itself. */
    public static final String GUIDANCE = "guidance";

    /** The class, an index. */
    public static final String LABEL = "label";

    /** What was done to a sample in training; no condition, since samples are made without. */
    public static final String AUGMENTATION = "augmentation";

    private InputNames() {}
}
