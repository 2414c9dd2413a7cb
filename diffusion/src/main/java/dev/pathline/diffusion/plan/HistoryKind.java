package dev.pathline.diffusion.plan;

/** What a solver keeps in its history. */
public enum HistoryKind {
    /** The prediction of {@code x_0}, after the operation on it. */
    DATA,
    /** The prediction of {@code eps} that goes with the prediction of {@code x_0} after the operation. */
    NOISE,
    /** The prediction of {@code eps} that the network made, whatever the operation did to {@code x_0}. */
    RAW_NOISE,
    /** Where a flow map takes the point: {@code Psi} from the evaluation's time to its target. */
    ENDPOINT
}
