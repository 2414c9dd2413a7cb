package dev.pathline.common.experiment;

/**
 * What an experiment is to find out.
 *
 * @param metric by which arms are compared
 * @param difference the smallest difference from the control that matters, positive
 * @param deviation the standard deviation of the metric, as far as it is known before; positive
 */
public record Goal(Metric metric, double difference, double deviation) {

    /** Checks both numbers. */
    public Goal {
        if (!(difference > 0 && deviation > 0)) {
            throw new IllegalArgumentException("a difference of " + difference + " with a deviation of " + deviation);
        }
    }
}
