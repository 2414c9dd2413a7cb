package dev.pathline.engine.objective.flowmap;

import dev.pathline.engine.graph.InputNames;
import dev.pathline.diffusion.prediction.TargetInput;
import dev.pathline.diffusion.prediction.TimeInput;
import dev.pathline.diffusion.schedule.RectifiedFlow;
import dev.pathline.engine.objective.Mix;
import dev.pathline.engine.objective.ObjectiveFacts;
import java.util.List;

/**
 * What flow maps of average velocities have in common: the straight path {@code x_t = (1 - t) x0 + t eps} with the velocity
 * {@code v = eps - x0}, and a network {@code u(x, t, r)} whose jump is {@code Psi = x - (t - r) u}.
 *
 * @param timeInput the coordinate of both times, linear in the time
 * @param targetInput what the second input is
 * @param guided whether the network takes the scale of guidance, too
 */
public record StraightPath(TimeInput.Scaled timeInput, TargetInput targetInput, boolean guided) {

    /** The path's schedule. */
    public static final RectifiedFlow SCHEDULE = RectifiedFlow.DEFAULT;

    /** {@code eps - x0}, a sample's own velocity at every time. */
    public static final Mix VELOCITY = Mix.of(-1, 1);

    /** The path for a run, whose network is told where a jump ends. */
    public static StraightPath of(ObjectiveFacts facts) {
        return of(facts, TargetInput.TIME);
    }

    /** The path for a run. */
    public static StraightPath of(ObjectiveFacts facts, TargetInput targetInput) {
        if (facts.timeInput().apply(SCHEDULE) instanceof TimeInput.Scaled scaled) {
            return new StraightPath(scaled, targetInput, facts.guided());
        }
        throw new IllegalArgumentException("a flow map's network takes a time that is linear in the path's");
    }

    /** Returns this path for a network that is not told the scale of guidance: one that is has to learn it. */
    public StraightPath unguided() {
        return new StraightPath(timeInput, targetInput, false);
    }

    /**
     * Checks that a central difference in time is a derivative: features of positional times turn by many radians in a step.
     *
     * @param delta half the step; 0 for none
     * @throws IllegalArgumentException if the network's times are scaled for such features
     */
    public void requireSmooth(double delta) {
        if (delta > 0 && timeInput.factor() != 1) {
            throw new IllegalArgumentException("tangent: differences wants smooth features of the time: give"
                    + " time_embedding_type: low_frequency");
        }
    }

    /** Returns the names of the network's inputs that are numbers. */
    public List<String> names() {
        return guided
                ? List.of(InputNames.TIME, InputNames.TARGET, InputNames.GUIDANCE)
                : List.of(InputNames.TIME, InputNames.TARGET);
    }

    /** Returns {@code x_t}, beyond both ends too. */
    public Mix point(double t) {
        return Mix.of(1 - t, t);
    }

    /**
     * Returns the network's inputs for the jump from {@code t} to {@code r}.
     *
     * @param scale of guidance; of no meaning for a network that does not take it
     */
    public double[] inputs(double t, double r, double scale) {
        double time = timeInput.of(SCHEDULE, t);
        double target = targetInput.of(timeInput, SCHEDULE, t, r);
        return guided ? new double[]{time, target, scale} : new double[]{time, target};
    }

    /** Returns how the inputs move with both times, per unit of the path's time. */
    public double[] moves(double dt, double dr) {
        double slope = timeInput.factor();
        double target = switch (targetInput) {
            case TIME -> slope * dr;
            case LENGTH -> slope * (dt - dr);
            case LEVEL -> throw new IllegalStateException("a level is a whole number and does not move");
        };
        return guided ? new double[]{slope * dt, target, 0} : new double[]{slope * dt, target};
    }
}
