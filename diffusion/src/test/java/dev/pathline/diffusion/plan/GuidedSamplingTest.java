package dev.pathline.diffusion.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.card.ModelKind;
import dev.pathline.diffusion.grid.TimeGrid;
import dev.pathline.diffusion.grid.TimeGrids;
import dev.pathline.diffusion.guidance.CfgInterval;
import dev.pathline.diffusion.guidance.Guidance;
import dev.pathline.diffusion.model.GaussianModel;
import dev.pathline.diffusion.model.Network;
import dev.pathline.diffusion.noise.PhiloxNoise;
import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.schedule.Edm;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import dev.pathline.diffusion.schedule.RectifiedFlow;
import dev.pathline.diffusion.schedule.VpLinear;
import dev.pathline.diffusion.solver.MixtureProblem;
import dev.pathline.diffusion.solver.Solvers;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Guidance beyond the classifier-free kind: towards a better network, and with the spread brought back. */
class GuidedSamplingTest {
    private static final double[] MEAN = {0.4, -1};

    private static double[] run(SamplingPlan plan, Network network, Network guide, double... start) {
        return new PlanExecutor(plan, network, new PhiloxNoise()).withGuide(guide)
                .run(start, 3, 0, 0, PlanExecutor.Listener.NONE);
    }

    @ParameterizedTest
    @EnumSource(value = Prediction.class, names = "AVERAGE_VELOCITY", mode = EnumSource.Mode.EXCLUDE)
    void shouldGuideAwayFromTheWeakerNetwork(Prediction prediction) {
        NoiseSchedule schedule = VpLinear.DEFAULT;
        var model = new GaussianModel(schedule, MEAN, 0.6);
        var weaker = new GaussianModel(schedule, new double[]{0, 0}, 1.1);
        double w = 2.5;
        TimeGrid grid = TimeGrids.of("log-snr", schedule, 6);
        double[] start = {0.7, -0.2};
        double[] x = start.clone();
        for (int i = 0; i < grid.steps(); i++) {
            double t = grid.time(i);
            double u = grid.time(i + 1);
            double[] good = model.data(x, t, Network.NO_LABEL);
            double[] bad = weaker.data(x, t, Network.NO_LABEL);
            for (int k = 0; k < 2; k++) {
                double data = bad[k] + w * (good[k] - bad[k]);
                double noise = (x[k] - schedule.alpha(t) * data) / schedule.sigma(t);
                x[k] = schedule.alpha(u) * data + schedule.sigma(u) * noise;
            }
        }
        ModelCard card = ModelCard.of("gaussian", ModelKind.DIFFUSION, List.of(2), schedule.spec(), prediction);
        SamplingPlan plan = Solvers.byName("ddim").plan(schedule, grid)
                .bind(card, Guidance.of(w), BindOptions.DEFAULT);
        assertThat(run(plan, model.network(prediction), weaker.network(prediction), start))
                .containsExactly(x, within(1e-11));
    }

    @Test
    void shouldAskTheWeakerNetworkForTheSameLabelAndOnlyWhereGuidanceIsOn() {
        ModelCard card = new MixtureProblem(Edm.DEFAULT).card(Prediction.DATA);
        TimeGrid grid = new TimeGrid("mine", 80, 2, 0.5, 0);
        SamplingPlan plan = Solvers.byName("ddim").plan(Edm.DEFAULT, grid)
                .bind(card, new Guidance(2, new CfgInterval(1, 3), 0), BindOptions.DEFAULT);
        Network network = (x, inputs, output) -> Arrays.fill(output, 1);
        Network guide = (x, inputs, output) -> {
            assertThat(inputs.label()).isEqualTo(3);
            assertThat(inputs.time()).isEqualTo(2);
            Arrays.fill(output, 0);
        };
        // At 80 and at 0.5 the prediction is 1, at 2 it is 0 + 2 (1 - 0); the last one is the sample.
        double[] data = new double[3];
        new PlanExecutor(plan, network, new PhiloxNoise()).withGuide(guide)
                .run(new double[]{80, 80}, 3, 0, 0, (stage, value) -> data[stage] = value[0]);
        assertThat(data).containsExactly(1, 2, 1);
    }

    @ParameterizedTest
    @CsvSource({"0, 4, -2", "0.7, 2.1333333333333333, -1.0666666666666667",
        "1, 1.3333333333333333, -0.6666666666666666"})
    void shouldBringTheSpreadBack(double rescale, double high, double low) {
        // The labelled prediction of x_0 is (2, 0, 2, 0) and the other 1, so the guided one is (4, -2, 4, -2): three times
        // the spread, and multiplied by 1 - rescale + rescale / 3, mean and all.
        double[] end = oneStep(rescale, ValueOperation.NONE, 2, 0, 2, 0);
        assertThat(end).containsExactly(new double[]{high, low, high, low}, within(1e-14));
    }

    @Test
    void shouldRescaleBeforeTheOperation() {
        assertThat(oneStep(0.7, new ValueOperation.Clip(-1, 2.5), 2, 0, 2, 0))
                .containsExactly(new double[]{2.1333333333333333, -1, 2.1333333333333333, -1}, within(1e-14));
    }

    @Test
    void shouldLeaveAFlatPredictionAlone() {
        assertThat(oneStep(0.7, ValueOperation.NONE, 2, 2, 2, 2)).containsExactly(4, 4, 4, 4);
    }

    /** The sample of one step from pure noise, guided by 3 from data of 1 without a label to {@code labelled}. */
    private static double[] oneStep(double rescale, ValueOperation operation, double... labelled) {
        NoiseSchedule flow = RectifiedFlow.DEFAULT;
        ModelCard card = ModelCard.of("mine", ModelKind.DIFFUSION, List.of(4), flow.spec(), Prediction.VELOCITY);
        // At t = 1 the velocity is x - x_0.
        Network network = (x, inputs, output) -> {
            for (int k = 0; k < x.length; k++) {
                output[k] = x[k] - (inputs.label() == Network.NO_LABEL ? 1 : labelled[k]);
            }
        };
        SamplingPlan plan = Solvers.byName("ddim").plan(flow, TimeGrids.of("time", flow, 1)).bind(card,
                new Guidance(3, CfgInterval.ALWAYS, rescale), new BindOptions(operation, StageNoise.INDEPENDENT));
        return new PlanExecutor(plan, network, new PhiloxNoise())
                .run(new double[]{0.5, -1, 2, 1}, 0, 0, 0, PlanExecutor.Listener.NONE);
    }

    @ParameterizedTest
    @EnumSource(value = Prediction.class)
    void shouldRescaleTheDataWhateverTheNetworkPredictsAndTheSolverKeeps(Prediction prediction) {
        double[] expected = rescaled("ddim", Prediction.DATA, 0.7);
        assertThat(rescaled("ddim", prediction, 0.7)).containsExactly(expected, within(1e-11));
        // The same solver with noise in its history.
        assertThat(rescaled("dpm-solver-1", prediction, 0.7)).containsExactly(expected, within(1e-10));
        double[] plain = rescaled("ddim", prediction, 0);
        assertThat(Math.abs(plain[0] - expected[0])).isGreaterThan(1e-3);
    }

    private static double[] rescaled(String solver, Prediction prediction, double rescale) {
        NoiseSchedule schedule = VpLinear.DEFAULT;
        var problem = new MixtureProblem(schedule);
        SamplingPlan plan = Solvers.byName(solver).plan(schedule, TimeGrids.of("log-snr", schedule, 10))
                .bind(problem.card(prediction), new Guidance(3, CfgInterval.ALWAYS, rescale), BindOptions.DEFAULT);
        return new PlanExecutor(plan, problem.model().network(prediction), new PhiloxNoise())
                .run(new double[]{0.6, -1.1}, 0, 0, 0, PlanExecutor.Listener.NONE);
    }

    @Test
    void shouldNotRescaleWhereGuidanceIsOff() {
        ModelCard card = new MixtureProblem(Edm.DEFAULT).card(Prediction.DATA);
        SamplingPlan plan = Solvers.byName("ddim").plan(Edm.DEFAULT, TimeGrids.of("karras", Edm.DEFAULT, 12))
                .bind(card, new Guidance(2, new CfgInterval(0.3, 5), 0.7), BindOptions.DEFAULT);
        assertThat(plan.stages()).extracting(Stage::call).filteredOn(Objects::nonNull).allSatisfy(call -> {
            boolean on = call.sigma() > 0.3 && call.sigma() <= 5;
            assertThat(call.rescale()).isEqualTo(on ? 0.7 : 0);
            assertThat(call.rows()).isEqualTo(on ? 2 : 1);
        });
    }

    /** Scale 0 is the model without a label, which one row tells; bringing it to the labelled spread needs both. */
    @ParameterizedTest
    @CsvSource({"0, 0, 1, 0", "0, 0.7, 2, 1", "1, 0.7, 1, 1", "2, 0, 2, 1", "1e-9, 0, 2, 1"})
    void shouldAskOnlyForTheRowsThatCount(double scale, double rescale, int rows, int labelled) {
        NoiseSchedule flow = RectifiedFlow.DEFAULT;
        ModelCard card = ModelCard.of("mine", ModelKind.DIFFUSION, List.of(2), flow.spec(), Prediction.VELOCITY);
        SamplingPlan plan = Solvers.byName("ddim").plan(flow, TimeGrids.of("time", flow, 4)).bind(card,
                new Guidance(scale, CfgInterval.ALWAYS, rescale), BindOptions.DEFAULT);
        int[] asked = new int[2];
        Network network = (x, inputs, output) -> {
            asked[inputs.label() == Network.NO_LABEL ? 0 : 1]++;
            for (int k = 0; k < x.length; k++) {
                output[k] = x[k] * (inputs.label() == Network.NO_LABEL ? 0.5 : 0.9);
            }
        };
        double[] end = new PlanExecutor(plan, network, new PhiloxNoise())
                .run(new double[]{0.5, -1}, 3, 0, 0, PlanExecutor.Listener.NONE);
        assertThat(plan.rows()).isEqualTo(4 * rows).isEqualTo(asked[0] + asked[1]);
        assertThat(asked[1]).isEqualTo(4 * labelled);
        if (scale == 0 && rescale == 0) {
            double[] unlabelled = new PlanExecutor(plan, network, new PhiloxNoise())
                    .run(new double[]{0.5, -1}, Network.NO_LABEL, 0, 0, PlanExecutor.Listener.NONE);
            assertThat(end).containsExactly(unlabelled);
        }
    }

    @Test
    void shouldAskTheWeakerNetworkAloneAtScaleZero() {
        ModelCard card = new MixtureProblem(Edm.DEFAULT).card(Prediction.DATA);
        SamplingPlan plan = Solvers.byName("ddim").plan(Edm.DEFAULT, new TimeGrid("mine", 80, 2, 0))
                .bind(card, Guidance.of(0), BindOptions.DEFAULT);
        Network unasked = (x, inputs, output) -> {
            throw new AssertionError("it counts nothing");
        };
        double[] end = run(plan, unasked, (x, inputs, output) -> Arrays.fill(output, 0.25), 80, 80);
        assertThat(end).containsExactly(0.25, 0.25);
    }
}
