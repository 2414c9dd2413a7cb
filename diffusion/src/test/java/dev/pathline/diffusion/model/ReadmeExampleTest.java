package dev.pathline.diffusion.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.card.ModelKind;
import dev.pathline.diffusion.model.GaussianMixtureModel.Component;
import dev.pathline.diffusion.noise.PhiloxNoise;
import dev.pathline.diffusion.plan.PlanExecutor;
import dev.pathline.diffusion.plan.PlanExecutor.Listener;
import dev.pathline.diffusion.plan.SamplingPlan;
import dev.pathline.diffusion.planner.Planner;
import dev.pathline.diffusion.planner.SamplingSettings;
import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import dev.pathline.diffusion.schedule.RectifiedFlow;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReadmeExampleTest {

    /** The README's lines, and that what they sample is the mixture. */
    @Test
    void shouldSampleTheMixture() {
        NoiseSchedule flow = RectifiedFlow.DEFAULT;
        var model = new GaussianMixtureModel(flow, List.of(
                new Component(0.4, List.of(1.0, 0.5), 0.5), new Component(0.6, List.of(-0.8, -0.6), 0.7)));
        var card = ModelCard.of("mixture", ModelKind.DIFFUSION, List.of(2), flow.spec(), Prediction.VELOCITY);
        SamplingPlan plan = Planner.plan(card, SamplingSettings.defaults(false));
        var executor = new PlanExecutor(plan, model.network(Prediction.VELOCITY), new PhiloxNoise());
        int count = 4000;
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < count; i++) {
            double x = executor.sample(2, Network.NO_LABEL, 7, i, Listener.NONE)[0];
            sum += x / count;
            squares += x * x / count;
        }
        // mean 0.4 * 1 - 0.6 * 0.8; second moment 0.4 (1 + 0.25) + 0.6 (0.64 + 0.49). Five standard errors, and the bias
        // of 20 steps.
        assertThat(sum).isBetween(-0.08 - 0.1, -0.08 + 0.1);
        assertThat(squares).isBetween(1.178 - 0.1, 1.178 + 0.1);
    }
}
