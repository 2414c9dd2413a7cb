package dev.pathline.diffusion.plan;

import org.jspecify.annotations.Nullable;

/**
 * One stage of a {@link SolverPlan}: at most one evaluation of the model at {@code X}, then the update of both
 * registers from the same old values.
 *
 * @param step the outer step this stage belongs to, {@code 0..steps-1}
 * @param evaluation where the model is evaluated, or null for a stage that only moves the point (EDM's churn)
 * @param nextX the weights of the next point to evaluate
 * @param nextY the weights of the next step's start
 * @param langevin what moves both registers beside the weights, or null
 */
public record SolverStage(
        int step,
        @Nullable Evaluation evaluation,
        Combination nextX,
        Combination nextY,
        @Nullable LangevinStep langevin) {

    /** A stage whose updates are linear. */
    public SolverStage(int step, @Nullable Evaluation evaluation, Combination nextX, Combination nextY) {
        this(step, evaluation, nextX, nextY, null);
    }

    /** Returns whether the update needs fresh noise. */
    public boolean needsNoise() {
        return langevin != null || nextX.noise() != 0 || nextY.noise() != 0;
    }

    /** Returns whether every weight is finite. */
    boolean isFinite() {
        return nextX.isFinite() && nextY.isFinite() && LangevinStep.isFinite(langevin);
    }

    /**
     * A point in the schedule's time.
     *
     * @param time the time {@code t} of {@code X}, {@code 0} is data
     * @param target the time a flow map jumps to, or NaN for the instantaneous field
     */
    public record Evaluation(double time, double target) {

        /** An evaluation of the instantaneous field at {@code time}. */
        public static Evaluation at(double time) {
            return new Evaluation(time, Double.NaN);
        }
    }
}
