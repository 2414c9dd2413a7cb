package dev.pathline.engine.training;

/**
 * The exponential moving average of the weights, with a warm-up: early steps are forgotten quickly, so that short runs
 * are not dominated by the random start.
 *
 * @param decay the share of the old average that is kept, once warm
 */
public record MovingAverage(double decay) {

    /** Checks the range. */
    public MovingAverage {
        if (!(decay >= 0 && decay < 1)) {
            throw new IllegalArgumentException("the decay of a moving average is in [0, 1), got " + decay);
        }
    }

    /** Returns the decay of a step, from 1: {@code min(decay, (1 + step) / (10 + step))}. */
    public double at(long step) {
        return Math.min(decay, (1.0 + step) / (10.0 + step));
    }
}
