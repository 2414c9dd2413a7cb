package dev.pathline.diffusion.solver;

import dev.pathline.diffusion.schedule.NoiseSchedule;

/**
 * How much noise EDM's stochastic sampler adds before its steps (Karras et al., arXiv 2206.00364, algorithm 2 and table
 * 5). Noise levels are {@code sigma / alpha}.
 *
 * @param sChurn the growth of the noise level over all steps together: of {@code N} steps each grows it by the factor
 *        {@code 1 + min(sChurn / N, sqrt(2) - 1)}; at least 0, and 0 adds nothing
 * @param sMin the smallest noise level that grows, at least 0
 * @param sMax the largest noise level that grows, at least {@code sMin}; may be infinite
 * @param sNoise the standard deviation of the added noise, relative to what the noise level says; positive, and 1 unless
 *        the network takes away too much noise
 */
public record Churn(
        double sChurn,
        double sMin,
        double sMax,
        double sNoise) {

    /** No noise. */
    public static final Churn NONE = new Churn(0, 0, 0, 1);

    /** The published setting for CIFAR-10. */
    public static final Churn CIFAR_10 = new Churn(30, 0.01, 1, 1.007);

    /** The published setting for ImageNet at 64 by 64. */
    public static final Churn IMAGENET_64 = new Churn(40, 0.05, 50, 1.003);

    /** @throws IllegalArgumentException if a parameter is out of range */
    public Churn {
        if (!(sChurn >= 0 && Double.isFinite(sChurn) && sMin >= 0 && sMax >= sMin && sNoise > 0
                && Double.isFinite(sNoise))) {
            throw new IllegalArgumentException("churn needs sChurn >= 0, 0 <= sMin <= sMax and sNoise > 0, not "
                    + sChurn + ", " + sMin + ", " + sMax + " and " + sNoise);
        }
    }

    /**
     * Returns the step that is left to do once the noise is raised to {@code 1 + gamma} times its level, one of
     * {@code steps}; the same step where nothing is raised, as beyond the schedule's largest time.
     */
    Step raise(Step step, int steps) {
        NoiseSchedule schedule = step.schedule();
        double noiseRatio = schedule.noiseRatio(step.t());
        if (!(sChurn > 0 && noiseRatio >= sMin && noiseRatio <= sMax) || step.startsPure()) {
            return step;
        }
        double gamma = Math.min(sChurn / steps, Math.sqrt(2) - 1);
        double raised = schedule.halfLogSnr(step.t()) - StrictMath.log1p(gamma);
        return raised < schedule.halfLogSnr(schedule.maxTime())
                ? step
                : new Step(schedule, step.index(), schedule.timeOfHalfLogSnr(raised), step.u());
    }
}
