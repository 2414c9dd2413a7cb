package dev.pathline.engine.training;

/**
 * How far the loss of a run may grow before the run is ended: a multiple of its best mean. It changes no weight of a run
 * that goes on.
 *
 * @param multiple above 1; infinite where the loss is meant to rise
 */
public record LossLimit(double multiple) {

    /** What nothing that learns comes near: eight times the best. */
    public static final LossLimit DEFAULT = new LossLimit(8);

    /** No growth ends the run; a loss that is no number still does. */
    public static final LossLimit OFF = new LossLimit(Double.POSITIVE_INFINITY);

    /** Growth from which on weights are not to be trusted, in case it becomes an explosion. */
    private static final double SUSPICIOUS = 2;

    /** @throws IllegalArgumentException if the multiple is not above 1 */
    public LossLimit {
        if (!(multiple > 1)) {
            throw new IllegalArgumentException("the limit of the loss must be above 1 times its best, not " + multiple);
        }
    }

    /** Returns the multiple from which on the run is watched. */
    double suspicious() {
        return Double.isInfinite(multiple) ? multiple : Math.min(SUSPICIOUS, multiple);
    }
}
