package dev.pathline.diffusion.plan;

/** What a solver keeps in its history: the predicted data or the predicted noise. */
public enum HistoryKind {
    /** The prediction of {@code x0}. */
    DATA,
    /** The prediction of {@code eps}; it cannot step to {@code sigma = 0}. */
    NOISE
}
