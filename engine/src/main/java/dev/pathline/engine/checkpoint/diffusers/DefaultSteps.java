package dev.pathline.engine.checkpoint.diffusers;

import dev.pathline.diffusion.card.InvalidSettingException;
import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.card.SamplingDefaults;
import dev.pathline.diffusion.planner.Planner;
import dev.pathline.diffusion.planner.SamplingSettings;
import dev.pathline.engine.checkpoint.CheckpointException;
import org.jspecify.annotations.Nullable;

/** How many steps an imported model takes by default: diffusers keeps that in its pipelines, and no file says it. */
final class DefaultSteps {

    private DefaultSteps() {}

    /**
     * Returns the card with a number of steps that its time grid has: the one that was asked for, else as many of the usual
     * ones as a training of few steps leaves.
     *
     * @param wanted the number that was asked for, or null
     * @throws CheckpointException if the grid has not as many as were asked for
     * @throws InvalidSettingException if the model cannot be sampled by its defaults for another reason
     */
    static ModelCard of(ModelCard card, @Nullable Integer wanted) {
        if (wanted != null) {
            if (wanted < 1) {
                throw new CheckpointException("--steps must be a whole number from 1 on, not " + wanted);
            }
            ModelCard chosen = with(card, wanted);
            if (!fits(chosen)) {
                throw new CheckpointException("--steps is " + wanted + ", which time grid "
                        + card.defaults().timeGrid() + " has not on the " + card.noiseSchedule().trainingIndices()
                        + " steps of training; it has up to " + fitting(card, wanted).defaults().steps());
            }
            return chosen;
        }
        return fitting(card, card.defaults().steps());
    }

    private static ModelCard fitting(ModelCard card, int most) {
        for (int steps = most; steps > 1; steps--) {
            ModelCard fewer = with(card, steps);
            if (fits(fewer)) {
                return fewer;
            }
        }
        ModelCard one = with(card, 1);
        plan(one);
        return one;
    }

    /** Whether it has no fault in its number of steps; any other is thrown. */
    private static boolean fits(ModelCard card) {
        try {
            plan(card);
            return true;
        } catch (InvalidSettingException e) {
            if (e.field().equals("steps")) {
                return false;
            }
            throw e;
        }
    }

    private static void plan(ModelCard card) {
        Planner.plan(card, SamplingSettings.defaults(card.conditional()));
    }

    private static ModelCard with(ModelCard card, int steps) {
        SamplingDefaults defaults = card.defaults();
        return card
                .withDefaults(new SamplingDefaults(defaults.solver(), steps, defaults.timeGrid(), defaults.cfgScale(),
                        defaults.threshold()));
    }
}
