package dev.pathline.engine.objective;

import dev.pathline.diffusion.card.ModelGuidance;
import dev.pathline.diffusion.card.ModelKind;
import dev.pathline.diffusion.card.SamplingDefaults;
import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.prediction.Preconditioning;
import dev.pathline.diffusion.prediction.TargetInput;
import dev.pathline.diffusion.prediction.TimeInput;
import dev.pathline.diffusion.schedule.NoiseSchedule;

/**
 * What a network is trained to predict. An objective never touches a tensor: its {@link Recipe} says what a target is made
 * of, and for each row it draws the scalars.
 */
public interface Objective {

    /** Returns the structure of its targets. */
    Recipe recipe();

    /**
     * Draws the scalars of a row.
     *
     * @param drawing what is known of the row
     * @param row is written; clear
     */
    void draw(Drawing drawing, Row row);

    /** Returns what the trained network computes, to record in the model's card. */
    default ModelKind kind() {
        return ModelKind.DIFFUSION;
    }

    /** Returns the schedule to record in the model's card. */
    NoiseSchedule schedule();

    /** Returns the prediction to record in the model's card. */
    Prediction prediction();

    /** Returns the preconditioning to record in the model's card. */
    Preconditioning preconditioning();

    /** Returns the network's time coordinate to record in the model's card. */
    TimeInput timeInput();

    /** Returns a flow map's second time to record in the model's card. */
    default TargetInput targetInput() {
        return TargetInput.TIME;
    }

    /** Returns how guidance is had from the trained network, to record in the model's card. */
    default ModelGuidance modelGuidance() {
        return ModelGuidance.CLASSIFIER_FREE;
    }

    /** Returns how the trained network is sampled where nobody says otherwise. */
    default SamplingDefaults recommended() {
        SamplingDefaults usual = kind() == ModelKind.FLOW_MAP
                ? new SamplingDefaults("mean-flow", 1, null, 1)
                : SamplingDefaults.of(kind());
        return usual.fitting(modelGuidance());
    }

    /**
     * Returns how much of the average that targets are taken from is kept in a step, for a recipe that evaluates
     * {@link Source#AVERAGE}.
     *
     * @param step the step's number, from 1
     */
    default double targetDecay(long step) {
        return 0;
    }

    /**
     * Returns whether its targets are differences of nearby evaluations, which rounding to less than float32 would drown.
     */
    default boolean needsSinglePrecision() {
        return false;
    }

    /** Returns whether its rows need the states of trajectories, see {@link Row#states}. */
    default boolean needsTrajectories() {
        return false;
    }

    /**
     * Returns whether its loss is meant to rise while a run learns, as that of a curriculum from easy targets to hard ones.
     * Growth is then no sign of an explosion, and a run ends only for a loss that is no number, unless its plan says
     * otherwise.
     */
    default boolean lossMayRise() {
        return false;
    }
}
