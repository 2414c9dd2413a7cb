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
 */
public record SolverStage(
        int step,
        @Nullable Evaluation evaluation,
        Combination nextX,
        Combination nextY) {

    /**
     * A point in the schedule's time.
     *
     * @param time the time {@code t} of {@code X}, {@code 0} is data
     * @param target the time a flow map jumps to, or NaN for a model of the instantaneous field
     */
    public record Evaluation(double time, double target) {

        /** An evaluation of the instantaneous field at {@code time}. */
        public static Evaluation at(double time) {
            return new Evaluation(time, Double.NaN);
        }
    }
}
