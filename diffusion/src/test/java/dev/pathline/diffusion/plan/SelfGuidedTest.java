package dev.pathline.diffusion.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.pathline.diffusion.card.InvalidSettingException;
import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.card.ModelGuidance;
import dev.pathline.diffusion.guidance.CfgInterval;
import dev.pathline.diffusion.model.Network;
import dev.pathline.diffusion.noise.PhiloxNoise;
import dev.pathline.diffusion.planner.IdleSetting;
import dev.pathline.diffusion.planner.Planner;
import dev.pathline.diffusion.planner.SamplingSettings;
import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import dev.pathline.diffusion.schedule.RectifiedFlow;
import dev.pathline.diffusion.schedule.VpLinear;
import dev.pathline.diffusion.solver.MixtureProblem;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A network that guides itself, told of the scale or trained at one, is one row where guidance of two is plain. */
class SelfGuidedTest {

    private static final double[] START = {0.6, -1.1};

    private static ModelCard card(NoiseSchedule schedule, Prediction prediction) {
        return new MixtureProblem(schedule).card(prediction).withClasses(List.of("right", "left"), true);
    }

    /** The closed form, guided as its inputs say; without a label there is nothing to guide towards. */
    private static Network guided(NoiseSchedule schedule, Prediction prediction) {
        Network plain = new MixtureProblem(schedule).model().network(prediction);
        return (x, inputs, output) -> {
            plain.evaluate(x, inputs, output);
            double[] other = new double[x.length];
            plain.evaluate(x, inputs.unconditional(), other);
            for (int k = 0; k < x.length; k++) {
                output[k] = other[k] + inputs.guidance() * (output[k] - other[k]);
            }
        };
    }

    private static double[] run(SamplingPlan plan, Network network, int label) {
        return new PlanExecutor(plan, network, new PhiloxNoise()).run(START, label, 5, 0, PlanExecutor.Listener.NONE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"euler", "heun", "dpm-solver++-2m", "unipc-2", "euler-ancestral"})
    void shouldMakeTheSamplesOfTwoRowsWithOne(String solver) {
        for (NoiseSchedule schedule : List.of(RectifiedFlow.DEFAULT, VpLinear.DEFAULT)) {
            for (Prediction prediction : List.of(Prediction.DATA, Prediction.VELOCITY)) {
                ModelCard two = card(schedule, prediction);
                ModelCard told = two.withGuidance(new ModelGuidance.Input(1, 8));
                ModelCard baked = two.withGuidance(new ModelGuidance.BakedIn(3));
                Network guided = guided(schedule, prediction);
                SamplingSettings settings = SamplingSettings.defaults(true).withSolver(solver).withSteps(7);
                SamplingPlan plan = Planner.plan(two, settings.withCfgScale(3.0));
                double[] expected = run(plan, new MixtureProblem(schedule).model().network(prediction), 1);

                SamplingPlan toldPlan = Planner.plan(told, settings.withCfgScale(3.0));
                assertThat(run(toldPlan, guided, 1)).as(solver).containsExactly(expected, within(1e-11));
                assertThat(toldPlan.rows()).isEqualTo(toldPlan.evaluations()).isEqualTo(plan.rows() / 2);

                SamplingPlan bakedPlan = Planner.plan(baked, settings);
                assertThat(bakedPlan.cfgScale()).isEqualTo(3);
                assertThat(bakedPlan.rows()).isEqualTo(toldPlan.rows());
                assertThat(run(bakedPlan, (x, inputs, output) -> {
                    assertThat(inputs.guidance()).isNaN();
                    guided.evaluate(x, inputs.withGuidance(3), output);
                }, 1)).as(solver).containsExactly(expected, within(1e-11));
            }
        }
    }

    /** Outside the interval the network is told of no guidance, and one row is all the same. */
    @Test
    void shouldTellTheNetworkWhereGuidanceIsOff() {
        ModelCard two = card(RectifiedFlow.DEFAULT, Prediction.VELOCITY);
        SamplingSettings settings = SamplingSettings.defaults(true).withSolver("heun").withSteps(8).withCfgScale(4.0)
                .withCfgInterval(new CfgInterval(0.3, 3));
        SamplingPlan plan = Planner.plan(two.withGuidance(new ModelGuidance.Input(1, 8)), settings);
        assertThat(plan.stages()).extracting(Stage::call).allSatisfy(call -> assertThat(call.guidance())
                .isEqualTo(call.sigma() > 0.3 && call.sigma() <= 3 ? 4 : 1))
                .anySatisfy(call -> assertThat(call.guidance()).isEqualTo(4));
        assertThat(run(plan, guided(RectifiedFlow.DEFAULT, Prediction.VELOCITY), 0)).containsExactly(
                run(Planner.plan(two, settings),
                        new MixtureProblem(RectifiedFlow.DEFAULT).model().network(Prediction.VELOCITY), 0),
                within(1e-12));
    }

    @ParameterizedTest
    @CsvSource({"1, 8, 1", "2, 8, 2", "0, 0.5, 0.5"})
    void shouldTellTheNetworkOfNoGuidanceWithoutALabel(double min, double max, double told) {
        ModelCard card = card(RectifiedFlow.DEFAULT, Prediction.VELOCITY)
                .withGuidance(new ModelGuidance.Input(min, max));
        SamplingSettings settings = SamplingSettings.defaults(false).withCfgScale(max);
        SamplingPlan plan = Planner.plan(card, settings);
        assertThat(plan.cfgScale()).isEqualTo(told);
        assertThat(plan.stages()).allSatisfy(stage -> assertThat(stage.call().guidance()).isEqualTo(told));
        assertThat(IdleSetting.of(card, settings, plan)).extracting(IdleSetting::field)
                .isEqualTo(max == told ? List.of() : List.of("cfgScale"));
    }

    /** A model without classes may guide itself too: away from a weaker one, say. */
    @Test
    void shouldTakeTheScaleOfAModelWithoutClasses() {
        ModelCard card = new MixtureProblem(RectifiedFlow.DEFAULT).card(Prediction.VELOCITY)
                .withGuidance(new ModelGuidance.Input(1, 4));
        SamplingSettings settings = SamplingSettings.defaults(false).withCfgScale(2.5);
        SamplingPlan plan = Planner.plan(card, settings);
        assertThat(plan.stages()).allSatisfy(stage -> assertThat(stage.call().guidance()).isEqualTo(2.5));
        assertThat(IdleSetting.of(card, settings, plan)).isEmpty();
    }

    private static SamplingSettings settings(Double scale, CfgInterval interval, Double rescale) {
        return SamplingSettings.defaults(true).withCfgScale(scale).withCfgInterval(interval).withCfgRescale(rescale);
    }

    @Test
    void shouldRefuseWhatTheNetworkCannotDo() {
        ModelCard card = card(RectifiedFlow.DEFAULT, Prediction.VELOCITY);
        ModelCard baked = card.withGuidance(new ModelGuidance.BakedIn(2));
        ModelCard told = card.withGuidance(new ModelGuidance.Input(1.5, 8));
        CfgInterval interval = new CfgInterval(1, 2);

        refused(baked, settings(1.0, null, null), "cfgScale", "Model 'mixture' has guidance of scale 2 baked in and"
                + " knows no other; leave cfgScale out, or set it to 2, not 1.");
        refused(baked, settings(null, interval, null), "cfgInterval", "baked in at every noise level");
        refused(baked, settings(2.0, null, 0.5), "cfgRescale", "guides itself");
        refused(told, settings(12.0, null, null), "cfgScale",
                "The network of model 'mixture' knows guidance of scales from 1.5 to 8, not 12.");
        refused(told, settings(3.0, interval, null), "cfgInterval", "knows guidance of scales from 1.5 to 8 and so not"
                + " to be without");
        refused(told, settings(3.0, null, 0.7), "cfgRescale", "only a rescale of 0 is accepted");
        assertThat(Planner.plan(baked, settings(2.0, null, 0.0)).cfgScale()).isEqualTo(2);
        assertThat(Planner.plan(told, settings(null, null, null)).cfgScale()).isEqualTo(1.5);
    }

    private static void refused(ModelCard card, SamplingSettings settings, String field, String sentence) {
        assertThatThrownBy(() -> Planner.plan(card, settings)).isInstanceOfSatisfying(InvalidSettingException.class,
                refusal -> assertThat(refusal.field()).isEqualTo(field)).hasMessageContaining(sentence);
    }
}
