package dev.pathline.common.experiment;

/**
 * What an arm must not make worse: one that does, beyond doubt, is stopped.
 *
 * @param metric what is watched
 * @param worseBy by how much it may be worse than the control, in the metric's unit; at least 0
 */
public record GuardRail(Metric metric, double worseBy) {

    /** Checks the number. */
    public GuardRail {
        if (!(worseBy >= 0)) {
            throw new IllegalArgumentException("a guard rail that allows " + worseBy);
        }
    }
}
