package dev.pathline.engine.data;

/** Which part of a data set to read. */
public enum Split {
    /** What is trained on. */
    TRAIN,
    /** What is kept for measurements. */
    TEST
}
