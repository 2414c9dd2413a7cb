package dev.pathline.engine.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.card.ModelKind;
import dev.pathline.diffusion.grid.TimeGrids;
import dev.pathline.diffusion.guidance.CfgInterval;
import dev.pathline.diffusion.guidance.Guidance;
import dev.pathline.diffusion.model.GaussianModel;
import dev.pathline.diffusion.model.Network;
import dev.pathline.diffusion.plan.BindOptions;
import dev.pathline.diffusion.plan.PlanExecutor;
import dev.pathline.diffusion.plan.SamplingPlan;
import dev.pathline.diffusion.plan.StageNoise;
import dev.pathline.diffusion.plan.ValueOperation;
import dev.pathline.diffusion.planner.Planner;
import dev.pathline.diffusion.planner.SamplingSettings;
import dev.pathline.diffusion.prediction.Preconditioning;
import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.prediction.TargetInput;
import dev.pathline.diffusion.prediction.TimeInput;
import dev.pathline.diffusion.schedule.TrigFlow;
import dev.pathline.diffusion.solver.SolverOptions;
import dev.pathline.diffusion.solver.Solvers;
import dev.pathline.engine.TestDevice;
import dev.pathline.engine.TrigFlowMapNet;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.script.NumericProfile;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Jumps along curved paths with all that can be done to their data, in one batch, against the float64 executor. */
class JumpLaneTest {

    private static final double BOUND = 5e-5;
    private static final TrigFlow SCHEDULE = TrigFlow.DEFAULT;
    private static final int SIZE = TrigFlowMapNet.DIMENSION;

    private static final ModelCard CARD = ModelCard
            .of("map", ModelKind.FLOW_MAP, List.of(SIZE), SCHEDULE.spec(), Prediction.AVERAGE_VELOCITY)
            .withClasses(List.of("a", "b"), true);

    private record Result(float[] sample, List<float[]> previews) {}

    private static List<SamplingPlan> plans() {
        var plans = new ArrayList<SamplingPlan>();
        for (ValueOperation operation : List.of(ValueOperation.NONE, new ValueOperation.Clip(-50, 50),
                new ValueOperation.Clip(-0.6, 0.5), new ValueOperation.DynamicThreshold(0.8, 1.5))) {
            for (Guidance guidance : List.of(Guidance.OFF, Guidance.of(0), Guidance.of(2.5),
                    new Guidance(2.5, CfgInterval.ALWAYS, 0.7), new Guidance(0, CfgInterval.ALWAYS, 0.7))) {
                for (String solver : List.of("mean-flow", "ctm", "shortcut", "consistency")) {
                    int steps = 1 + plans.size() % 3;
                    plans.add(Solvers.byName(solver)
                            .plan(SCHEDULE, TimeGrids.of("time", SCHEDULE, steps), new SolverOptions.Eta(0.5))
                            .bind(CARD, guidance, new BindOptions(operation, StageNoise.INDEPENDENT)));
                }
            }
        }
        return plans;
    }

    /** The closed form, moved by a row of the table for each label. */
    private static Network oracle() {
        Network map = new GaussianModel(SCHEDULE, TrigFlowMapNet.MEAN, TrigFlowMapNet.STD)
                .flowMap(Prediction.AVERAGE_VELOCITY, Preconditioning.NONE, TimeInput.IDENTITY, TargetInput.TIME);
        return (x, inputs, output) -> {
            map.evaluate(x, inputs, output);
            for (int i = 0; i < output.length; i++) {
                output[i] += TrigFlowMapNet.shift(inputs.label() == Network.NO_LABEL ? 2 : inputs.label(), i);
            }
        };
    }

    @Test
    void shouldFollowTheOracleInSamplesAndPreviews() {
        List<SamplingPlan> plans = plans();
        List<Result> results = run(plans);
        for (int i = 0; i < plans.size(); i++) {
            SamplingPlan plan = plans.get(i);
            var previews = new ArrayList<double[]>();
            double[] expected = new PlanExecutor(plan, oracle(), LaneRuns.NOISE).sample(SIZE, i % 2, 11, i,
                    (_, data) -> previews.add(data));
            String what = plan + " of sample " + i;
            assertClose(results.get(i).sample(), expected, what);
            assertThat(results.get(i).previews()).hasSameSizeAs(previews);
            for (int k = 0; k < previews.size(); k++) {
                assertClose(results.get(i).previews().get(k), previews.get(k), "preview " + k + " of " + what);
            }
        }
    }

    /** Samples of one step enter while one of fifty is under way, and are in its next evaluation. */
    @Test
    void shouldEvaluateOneStepTogetherWithFifty() {
        SamplingSettings settings = SamplingSettings.defaults(true).withCfgScale(1.0);
        SamplingPlan fifty = Planner.plan(CARD, settings.withSolver("ctm").withSteps(50));
        SamplingPlan one = Planner.plan(CARD, settings.withSolver("mean-flow").withSteps(1));
        var checkpoint = new Checkpoint(CARD, new TrigFlowMapNet(), TrigFlowMapNet.weights());
        float[][] samples = new float[5][];
        var rows = new ArrayList<Integer>();
        TestDevice.on(() -> {
            try (LoadedModel model = LoadedModel.load(TestDevice.TORCH, checkpoint, NumericProfile.FLOAT32);
                    var lane = new Lane(model, LaneRuns.NOISE, 8, (results, state, batch, prepared) -> {
                        rows.add(batch.rows());
                        return model.program().tick(results, state, batch, prepared);
                    })) {
                lane.admit(new SlotTask(fifty, 0, 11, 0, listener(samples, new ArrayList<>(), 0)));
                for (int tick = 0; lane.active() > 0; tick++) {
                    for (int i = 1; tick == 20 && i < 5; i++) {
                        lane.admit(new SlotTask(one, 1, 11, i, listener(samples, new ArrayList<>(), i)));
                    }
                    lane.tick();
                }
            }
            return null;
        });
        assertThat(rows).hasSize(50).containsOnly(1, 5);
        assertThat(rows.get(20)).isEqualTo(5);
        assertThat(rows.stream().filter(count -> count == 5)).hasSize(1);
        for (int i = 0; i < samples.length; i++) {
            double[] expected = new PlanExecutor(i == 0 ? fifty : one, oracle(), LaneRuns.NOISE).sample(SIZE,
                    i == 0 ? 0 : 1, 11, i, PlanExecutor.Listener.NONE);
            assertClose(samples[i], expected, "sample " + i);
        }
    }

    private static void assertClose(float[] actual, double[] expected, String what) {
        for (int d = 0; d < SIZE; d++) {
            assertThat((double) actual[d]).as(what).isCloseTo(expected[d],
                    within(BOUND * Math.max(1, Math.abs(expected[d]))));
        }
    }

    private static List<Result> run(List<SamplingPlan> plans) {
        var checkpoint = new Checkpoint(CARD, new TrigFlowMapNet(), TrigFlowMapNet.weights());
        float[][] samples = new float[plans.size()][];
        List<List<float[]>> previews = new ArrayList<>();
        TestDevice.on(() -> {
            try (LoadedModel model = LoadedModel.load(TestDevice.TORCH, checkpoint, NumericProfile.FLOAT32);
                    var lane = new Lane(model, LaneRuns.NOISE, plans.size())) {
                for (int i = 0; i < plans.size(); i++) {
                    previews.add(new ArrayList<>());
                    lane.admit(new SlotTask(plans.get(i), i % 2, 11, i, listener(samples, previews.get(i), i)));
                }
                while (lane.active() > 0) {
                    lane.tick();
                }
            }
            return null;
        });
        var results = new ArrayList<Result>();
        for (int i = 0; i < samples.length; i++) {
            results.add(new Result(samples[i], previews.get(i)));
        }
        return results;
    }

    private static SlotListener listener(float[][] samples, List<float[]> previews, int index) {
        return new SlotListener() {
            @Override
            public Preview preview(int step) {
                return Preview.DENOISED;
            }

            @Override
            public void stepped(int step, double sigma, float[] preview) {
                previews.add(preview);
            }

            @Override
            public void finished(float[] sample) {
                samples[index] = sample;
            }

            @Override
            public void failed(String reason) {
                throw new AssertionError(reason);
            }
        };
    }
}
