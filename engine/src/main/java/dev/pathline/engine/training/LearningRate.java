package dev.pathline.engine.training;

/**
 * The learning rate over a run: a linear warm-up, then half a cosine down to a share of the peak.
 *
 * @param peak the rate after the warm-up
 * @param warmupSteps length of the warm-up
 * @param finalShare the share of the peak that is left at the last step
 */
public record LearningRate(double peak, long warmupSteps, double finalShare) {

    /** Checks the ranges. */
    public LearningRate {
        if (!(peak > 0) || warmupSteps < 0 || !(finalShare >= 0 && finalShare <= 1)) {
            throw new IllegalArgumentException("a learning rate needs peak > 0, warmupSteps >= 0 and finalShare in"
                    + " [0, 1], got " + peak + ", " + warmupSteps + ", " + finalShare);
        }
    }

    /** Returns the rate of a step, from 1, in a run of {@code steps}. */
    public double at(long step, long steps) {
        if (step <= warmupSteps) {
            return peak * step / warmupSteps;
        }
        double progress = (double) (step - warmupSteps) / Math.max(1, steps - warmupSteps);
        return peak * (finalShare + (1 - finalShare) * 0.5 * (1 + Math.cos(Math.PI * Math.min(1, progress))));
    }
}
