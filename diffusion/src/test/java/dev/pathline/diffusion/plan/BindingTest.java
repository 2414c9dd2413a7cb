package dev.pathline.diffusion.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.grid.TimeGrid;
import dev.pathline.diffusion.grid.TimeGrids;
import dev.pathline.diffusion.guidance.CfgInterval;
import dev.pathline.diffusion.guidance.Guidance;
import dev.pathline.diffusion.model.Network;
import dev.pathline.diffusion.noise.NoiseKey;
import dev.pathline.diffusion.noise.NoiseSource;
import dev.pathline.diffusion.noise.PhiloxNoise;
import dev.pathline.diffusion.plan.SolverStage.Evaluation;
import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.prediction.Preconditioning;
import dev.pathline.diffusion.prediction.TimeInput;
import dev.pathline.diffusion.schedule.Edm;
import dev.pathline.diffusion.schedule.NoiseSchedule;
import dev.pathline.diffusion.schedule.NoiseSchedules;
import dev.pathline.diffusion.schedule.RectifiedFlow;
import dev.pathline.diffusion.schedule.VpLinear;
import dev.pathline.diffusion.solver.MixtureProblem;
import dev.pathline.diffusion.solver.Solvers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class BindingTest {
    private static final SolverPlan FLOW_PLAN = plan(RectifiedFlow.DEFAULT, "dpm-solver++-2m", 8);

    private static SolverPlan plan(NoiseSchedule schedule, String solver, int steps) {
        return Solvers.byName(solver).plan(schedule, TimeGrids.of("log-snr", schedule, steps));
    }

    private static double[] sample(SolverPlan plan, ModelCard card, Guidance guidance, ValueOperation operation) {
        var problem = new MixtureProblem(plan.schedule());
        Network network = problem.model().network(card.prediction(), card.preconditioning(), card.timeInput());
        SamplingPlan bound = plan.bind(card, guidance, new BindOptions(operation, StageNoise.INDEPENDENT));
        return new PlanExecutor(bound, network, new PhiloxNoise()).sample(2, 0, 11, 3, PlanExecutor.Listener.NONE);
    }

    @ParameterizedTest
    @MethodSource("dev.pathline.diffusion.schedule.NoiseSchedules#all")
    void shouldGiveTheSameSampleWhateverTheNetworkPredicts(NoiseSchedule schedule) {
        SolverPlan plan = plan(schedule, "dpm-solver++-2m", 8);
        var problem = new MixtureProblem(schedule);
        double[] expected = sample(plan, problem.card(Prediction.DATA), Guidance.of(3), ValueOperation.NONE);
        for (Prediction prediction : Prediction.values()) {
            boolean zeroTerminal = schedule.alpha(plan.timeGrid().start()) == 0;
            if (zeroTerminal && (prediction == Prediction.NOISE || prediction == Prediction.SCORE)) {
                continue;
            }
            double[] actual = sample(plan, problem.card(prediction), Guidance.of(3), ValueOperation.NONE);
            assertThat(actual).as("%s", prediction).containsExactly(expected, within(1e-11));
        }
        ModelCard edm = problem.card(Prediction.DATA)
                .withNetworkInput(new Preconditioning.Edm(0.8), TimeInput.scaled(1000));
        assertThat(sample(plan, edm, Guidance.of(3), ValueOperation.NONE)).containsExactly(expected, within(1e-11));
    }

    @Test
    void shouldGiveTheNetworkWhatItWasTrainedWith() {
        ModelCard card = new MixtureProblem(Edm.DEFAULT).card(Prediction.DATA)
                .withNetworkInput(new Preconditioning.Edm(0.5), TimeInput.logSigma());
        NetworkCall call = plan(Edm.DEFAULT, "ddim", 1).bind(card, Guidance.OFF, BindOptions.DEFAULT).stages()
                .getFirst()
                .call();
        double s = Math.sqrt(0.25 + 6400);
        assertThat(call.time()).isCloseTo(Math.log(80) / 4, within(1e-14));
        assertThat(call.target()).isNaN();
        assertThat(call.inputScale()).isCloseTo(1 / s, within(1e-16));
        assertThat(call.dataFromX()).isCloseTo(0.25 / (s * s), within(1e-18));
        assertThat(call.dataFromOutput()).isCloseTo(80 * 0.5 / s, within(1e-14));
        assertThat(call).returns(0.0, NetworkCall::valueFromX).returns(0.0, NetworkCall::valueFromOutput)
                .returns(1.0, NetworkCall::valueFromData);
        assertThat(call.sigma()).isEqualTo(80);
    }

    @Test
    void shouldGuideTowardsTheLabelAsOneNetworkDoes() {
        NoiseSchedule flow = RectifiedFlow.DEFAULT;
        ModelCard card = new MixtureProblem(flow).card(Prediction.VELOCITY);
        // A scale of 0 is the unconditional model, 1 the conditional one; in between it is their mean at each point.
        double[] unguided = sample(FLOW_PLAN, card, Guidance.OFF, ValueOperation.NONE);
        assertThat(sample(FLOW_PLAN, card, Guidance.of(1), ValueOperation.NONE)).isEqualTo(unguided);
        SamplingPlan off = FLOW_PLAN.bind(card, Guidance.OFF, BindOptions.DEFAULT);
        SamplingPlan on = FLOW_PLAN.bind(card, Guidance.of(2), BindOptions.DEFAULT);
        assertThat(off.rows()).isEqualTo(8);
        assertThat(on.rows()).isEqualTo(16);
        assertThat(on.evaluations()).isEqualTo(8);
        Network labelIsValue = (x, inputs, output) -> Arrays.fill(output,
                inputs.label() == Network.NO_LABEL ? 5 : 7);
        SamplingPlan one = plan(flow, "euler", 1).bind(card, Guidance.of(3), BindOptions.DEFAULT);
        double[] end = new PlanExecutor(one, labelIsValue, new PhiloxNoise())
                .run(new double[]{1, 2}, 0, 0, 0, PlanExecutor.Listener.NONE);
        // u + w (c - u) = 5 + 3 * 2 = 11, and x_0 = x - v.
        assertThat(end).containsExactly(-10, -9);
    }

    @Test
    void shouldSaveRowsOutsideTheGuidanceInterval() {
        ModelCard card = new MixtureProblem(RectifiedFlow.DEFAULT).card(Prediction.VELOCITY);
        SamplingPlan bound = FLOW_PLAN.bind(card, new Guidance(2, new CfgInterval(0.2, 5), 0), BindOptions.DEFAULT);
        for (Stage stage : bound.stages()) {
            boolean inside = stage.call().sigma() > 0.2 && stage.call().sigma() <= 5;
            assertThat(stage.rows()).isEqualTo(inside ? 2 : 1);
            assertThat(stage.call().guidanceScale()).isEqualTo(inside ? 2 : 1);
        }
        assertThat(bound.rows()).isBetween(9, 15);
        assertThat(bound.stages().getFirst().call().sigma()).isInfinite();
    }

    @Test
    void shouldThresholdThePredictionOfTheData() {
        ModelCard card = new MixtureProblem(RectifiedFlow.DEFAULT).card(Prediction.VELOCITY);
        double[] untouched = sample(FLOW_PLAN, card, Guidance.of(10), ValueOperation.NONE);
        double[] clipped = sample(FLOW_PLAN, card, Guidance.of(10), new ValueOperation.Clip(-0.25, 0.25));
        double[] dynamic = sample(FLOW_PLAN, card, Guidance.of(10), new ValueOperation.DynamicThreshold(1, 100));
        assertThat(largest(untouched)).isGreaterThan(1);
        assertThat(largest(clipped)).isEqualTo(0.25);
        // The threshold is the largest magnitude, so that element ends at 1 unless all are below it.
        assertThat(largest(dynamic)).isLessThanOrEqualTo(1).isNotEqualTo(largest(untouched));
    }

    private static double largest(double[] values) {
        return Math.max(Math.abs(values[0]), Math.abs(values[1]));
    }

    @Test
    void shouldInterpolateTheQuantileOfDynamicThresholding() {
        double[] values = {0, -4, 2, 3, 1};
        Operations.apply(new ValueOperation.DynamicThreshold(0.625, 100), values);
        // |x| sorted is 0 1 2 3 4; the quantile at position 2.5 is 2.5
        assertThat(values).containsExactly(new double[]{0, -1, 0.8, 1, 0.4}, within(1e-15));
        double[] small = {0.1, -0.5};
        Operations.apply(new ValueOperation.DynamicThreshold(0.995, 100), small);
        assertThat(small).containsExactly(0.1, -0.5);
        double[] large = {10, -20};
        Operations.apply(new ValueOperation.DynamicThreshold(1, 4), large);
        assertThat(large).containsExactly(1, -1);
    }

    /** The noise form of DDIM, by hand: the plan's history is noise. */
    private static SolverPlan noiseFormOfDdim(NoiseSchedule schedule, TimeGrid grid) {
        List<SolverStage> stages = new ArrayList<>();
        for (int i = 0; i < grid.steps(); i++) {
            double t = grid.time(i);
            double u = grid.time(i + 1);
            double ratio = schedule.alpha(u) / schedule.alpha(t);
            Combination next = Combination.X.times(ratio)
                    .plus(Combination.M0.times(schedule.sigma(u) - ratio * schedule.sigma(t)));
            stages.add(new SolverStage(i, Evaluation.at(t), next, next));
        }
        return new SolverPlan("ddim-noise", schedule, grid, HistoryKind.NOISE, stages);
    }

    @ParameterizedTest
    @EnumSource(Prediction.class)
    void shouldKeepNoiseInTheHistoryWhereTheSolverWantsIt(Prediction prediction) {
        NoiseSchedule vp = VpLinear.DEFAULT;
        TimeGrid grid = TimeGrids.of("log-snr", vp, 12, 1, 1e-3);
        ModelCard card = new MixtureProblem(vp).card(prediction);
        SolverPlan data = Solvers.byName("ddim").plan(vp, grid);
        for (ValueOperation operation : List.of(ValueOperation.NONE, new ValueOperation.Clip(-0.5, 0.5))) {
            double[] expected = sample(data, card, Guidance.of(2), operation);
            double[] actual = sample(noiseFormOfDdim(vp, grid), card, Guidance.of(2), operation);
            assertThat(actual).as("%s", operation).containsExactly(expected, within(1e-10));
        }
        if (prediction == Prediction.NOISE) {
            NetworkCall call = noiseFormOfDdim(vp, grid).bind(card, Guidance.OFF, BindOptions.DEFAULT).stages()
                    .getFirst()
                    .call();
            assertThat(call).returns(0.0, NetworkCall::valueFromX).returns(1.0, NetworkCall::valueFromOutput)
                    .returns(0.0, NetworkCall::valueFromData);
        }
    }

    @Test
    void shouldDrawFreshNoiseByKey() {
        List<NoiseKey> keys = new ArrayList<>();
        NoiseSource recorder = new NoiseSource() {
            @Override
            public void fill(NoiseKey key, double[] values) {
                keys.add(key);
                new PhiloxNoise().fill(key, values);
            }

            @Override
            public void fill(NoiseKey key, float[] values) {
                throw new AssertionError("float64 only");
            }
        };
        var problem = new MixtureProblem(RectifiedFlow.DEFAULT);
        SamplingPlan bound = plan(RectifiedFlow.DEFAULT, "ancestral", 3)
                .bind(problem.card(Prediction.VELOCITY), Guidance.OFF, BindOptions.DEFAULT);
        new PlanExecutor(bound, problem.model().network(Prediction.VELOCITY), recorder)
                .sample(2, Network.NO_LABEL, 9, 4, PlanExecutor.Listener.NONE);
        assertThat(keys).containsExactly(
                NoiseKey.initial(9, 4), new NoiseKey(9, 4, 0, 0), new NoiseKey(9, 4, 1, 0));
    }

    @Test
    void shouldStartEdmFromNoiseOfItsLargestLevel() {
        ModelCard card = new MixtureProblem(Edm.DEFAULT).card(Prediction.DATA);
        assertThat(plan(Edm.DEFAULT, "ddim", 2).bind(card, Guidance.OFF, BindOptions.DEFAULT).initialScale())
                .isEqualTo(80);
    }

    @Test
    void shouldRefuseWhatDoesNotFit() {
        ModelCard vp = new MixtureProblem(VpLinear.DEFAULT).card(Prediction.NOISE);
        assertThatThrownBy(() -> FLOW_PLAN.bind(vp, Guidance.OFF, BindOptions.DEFAULT))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("mixture");
        assertThatThrownBy(() -> new MixtureProblem(RectifiedFlow.DEFAULT).card(Prediction.NOISE))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("alpha = 0");
        assertThat(NoiseSchedules.names()).contains("vp-cosine");
        ModelCard cosine = new MixtureProblem(NoiseSchedules.all().get(1)).card(Prediction.NOISE);
        SolverPlan fromPureNoise = Solvers.byName("ddim")
                .plan(cosine.noiseSchedule(), new TimeGrid("mine", 1, 0.5, 0));
        assertThatThrownBy(() -> fromPureNoise.bind(cosine, Guidance.OFF, BindOptions.DEFAULT))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("alpha = 0.0");
    }
}
