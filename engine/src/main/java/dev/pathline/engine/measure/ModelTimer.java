package dev.pathline.engine.measure;

import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.card.ModelGuidance;
import dev.pathline.diffusion.noise.PhiloxNoise;
import dev.pathline.diffusion.plan.SamplingPlan;
import dev.pathline.diffusion.planner.Planner;
import dev.pathline.diffusion.planner.SamplingSettings;
import dev.pathline.engine.sampling.Lane;
import dev.pathline.engine.sampling.LoadedModel;
import dev.pathline.engine.sampling.SamplingException;
import dev.pathline.engine.sampling.SlotListener;
import dev.pathline.engine.sampling.SlotTask;
import java.time.Duration;

/** Times a loaded model at some batch size. Use on the compute thread only. */
public final class ModelTimer {

    private final LoadedModel model;
    private final Duration budget;
    private final SamplingPlan plan;

    /**
     * A timer.
     *
     * @param model stays the caller's to close
     * @param budget how long each measurement repeats what it measures
     */
    public ModelTimer(LoadedModel model, Duration budget) {
        this.model = model;
        this.budget = budget;
        // One row a sample, so that a batch of samples is a batch of rows.
        this.plan = oneRow(model.card());
    }

    /** Times one evaluation of the network, the numbers brought from Java and back. */
    public Timing evaluation(int rows) {
        var probe = new ProbeRows(model, rows);
        return Timing.of(probe::evaluate, budget);
    }

    /**
     * Times one tick of the executor with as many samples, by the model's default plan without guidance: an evaluation of
     * {@code rows} rows, the solver's update, and the noise of new samples in the place of finished ones.
     */
    public Timing tick(int rows) {
        try (var lane = new Lane(model, new PhiloxNoise(), rows)) {
            return Timing.of(() -> {
                while (lane.room() > 0) {
                    lane.admit(new SlotTask(plan, 0, 0, lane.active(), Unheard.INSTANCE));
                }
                lane.tick();
            }, budget);
        }
    }

    /** Makes one tick with new samples, whatever comes out. */
    static void tickOnce(LoadedModel model, int rows) {
        SamplingPlan plan = oneRow(model.card());
        try (var lane = new Lane(model, new PhiloxNoise(), rows)) {
            for (int i = 0; i < rows; i++) {
                lane.admit(new SlotTask(plan, 0, 0, i, Unminded.INSTANCE));
            }
            lane.tick();
        }
    }

    /** A network that guides itself does so in one row; another is not guided. */
    private static SamplingPlan oneRow(ModelCard card) {
        boolean plain = card.guidance() instanceof ModelGuidance.ClassifierFree;
        return Planner.plan(card, SamplingSettings.defaults(true).withCfgScale(plain ? 1.0 : null));
    }

    private enum Unminded implements SlotListener {
        INSTANCE;

        @Override
        public void finished(float[] sample) {
            // What is made is not looked at.
        }

        @Override
        public void failed(String reason) {
            // A sample of somebody fails likewise, and says so.
        }
    }

    private enum Unheard implements SlotListener {
        INSTANCE;

        @Override
        public void finished(float[] sample) {
            // What is made is not looked at.
        }

        @Override
        public void failed(String reason) {
            throw new SamplingException(reason);
        }
    }
}
