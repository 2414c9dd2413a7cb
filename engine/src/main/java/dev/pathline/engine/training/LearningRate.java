package dev.pathline.engine.training;

/**
 * The learning rate over a run: a linear warm-up, then half a cosine down to a share of the peak.
 *
 * @param peak the rate after the warm-up
 * @param warmupSteps length of the warm-up
 * @param finalShare the share of the peak that is left at the end; 1 keeps the rate
 */
public record LearningRate(double peak, long warmupSteps, double finalShare) {

    /** Checks the ranges. */
    public LearningRate {
        if (!(peak > 0 && Double.isFinite(peak)) || warmupSteps < 0 || !(finalShare >= 0 && finalShare <= 1)) {
            throw new IllegalArgumentException(
                    "a learning rate needs a finite peak > 0, warmupSteps >= 0 and finalShare in"
                            + " [0, 1], got " + peak + ", " + warmupSteps + ", " + finalShare);
        }
    }

    /**
     * Returns the rate of a step.
     *
     * @param step from 1
     * @param progress how far the run is after it, 0 to 1
     */
    public double at(long step, double progress) {
        double cosine = finalShare + (1 - finalShare) * 0.5 * (1 + Math.cos(Math.PI * progress));
        return peak * cosine * Math.min(1, (double) step / Math.max(1, warmupSteps));
    }
}
