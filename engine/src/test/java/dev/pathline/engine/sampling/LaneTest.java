package dev.pathline.engine.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.card.ModelKind;
import dev.pathline.diffusion.guidance.CfgInterval;
import dev.pathline.diffusion.noise.PhiloxNoise;
import dev.pathline.diffusion.plan.PlanExecutor;
import dev.pathline.diffusion.plan.SamplingPlan;
import dev.pathline.diffusion.planner.Planner;
import dev.pathline.diffusion.planner.SamplingSettings;
import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.prediction.Preconditioning;
import dev.pathline.diffusion.prediction.TimeInput;
import dev.pathline.diffusion.schedule.RectifiedFlow;
import dev.pathline.engine.TestDevice;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.checkpoint.TensorData;
import dev.pathline.engine.graph.Network;
import dev.pathline.engine.network.UNet2DConfig;
import dev.pathline.engine.script.NumericProfile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The tensor executor against the {@code double[]} one, on a real network with random weights. */
class LaneTest {

    private static final int SIZE = 64;
    private static final PhiloxNoise NOISE = new PhiloxNoise();

    private static final ModelCard CARD = ModelCard
            .of("random", ModelKind.DIFFUSION, List.of(1, 8, 8), RectifiedFlow.DEFAULT.spec(), Prediction.VELOCITY)
            .withNetworkInput(Preconditioning.NONE, TimeInput.scaled(1000)).withClasses(List.of("a", "b", "c"), true);

    private static final Checkpoint CHECKPOINT = checkpoint();

    private static Checkpoint checkpoint() {
        var config = new UNet2DConfig(8, 1, 1, List.of(16, 32), List.of("DownBlock2D", "AttnDownBlock2D"),
                List.of("AttnUpBlock2D", "UpBlock2D"), 1, 8, 8, 1e-5, true, 0, 1, 4);
        Network network = dev.pathline.engine.network.UNet2D.build(config);
        return new Checkpoint(CARD, config, TestDevice.randomWeights(network, 9));
    }

    private static SamplingPlan plan(String solver, int steps, double scale, @Nullable CfgInterval interval,
            @Nullable String threshold, @Nullable Double eta) {
        return Planner.plan(CARD,
                new SamplingSettings(solver, steps, "time", scale, interval, null, eta, threshold, null, true));
    }

    /** One of everything: solvers of one and two stages a step, history, noise, guidance, its interval, thresholds. */
    private static List<SamplingPlan> mix() {
        return List.of(plan("dpm-solver++-2m", 6, 2, null, null, null), plan("ddim", 1, 1, null, null, null),
                plan("heun", 3, 1.5, null, null, null), plan("euler", 9, 1, null, "clip", null),
                plan("ddim", 5, 3, new CfgInterval(0.3, 2), null, 0.7), plan("ancestral", 7, 2, null, "dynamic", null),
                plan("dpm-solver++-2m", 4, 0, null, "dynamic", null),
                plan("euler-ancestral", 2, 4, null, "clip", null));
    }

    @Test
    void shouldFollowTheOracleForEveryPlanOfAMixedBatch() {
        List<SamplingPlan> plans = mix();
        float[][] samples = new float[plans.size()][];
        List<List<float[]>> previews = new ArrayList<>();
        double[][] expected = new double[plans.size()][];
        List<List<double[]>> expectedPreviews = new ArrayList<>();
        TestDevice.on(() -> {
            try (LoadedModel model = LoadedModel.load(TestDevice.TORCH, CHECKPOINT, NumericProfile.FLOAT32);
                    var lane = new Lane(model, NOISE, 5)) {
                int next = 0;
                while (next < plans.size() || lane.active() > 0) {
                    // Fewer places than samples: they join while others are half way.
                    while (next < plans.size() && lane.room() > 0) {
                        previews.add(new ArrayList<>());
                        lane.admit(new SlotTask(plans.get(next), next % 3, 11, next,
                                new Recorder(samples, next, previews.get(next))));
                        next++;
                    }
                    lane.tick();
                }
                for (int i = 0; i < plans.size(); i++) {
                    var seen = new HashMap<Integer, double[]>();
                    SamplingPlan plan = plans.get(i);
                    expected[i] = new PlanExecutor(plan, oracle(model), NOISE).sample(SIZE, i % 3, 11, i,
                            (stage, x0) -> seen.put(plan.stages().get(stage).step(), x0.clone()));
                    expectedPreviews.add(seen.entrySet().stream().sorted(Map.Entry.comparingByKey())
                            .map(Map.Entry::getValue).toList());
                }
            }
            return null;
        });
        for (int i = 0; i < plans.size(); i++) {
            assertThat(difference(samples[i], expected[i])).as("sample %d, %s", i, plans.get(i).solver())
                    .isLessThan(2e-4);
            assertThat(previews.get(i)).hasSameSizeAs(expectedPreviews.get(i)).hasSize(plans.get(i).steps());
            for (int k = 0; k < previews.get(i).size(); k++) {
                assertThat(difference(previews.get(i).get(k), expectedPreviews.get(i).get(k)))
                        .as("preview %d of sample %d, %s", k, i, plans.get(i).solver()).isLessThan(2e-4);
            }
        }
    }

    @Test
    void shouldNotLetNeighboursChangeAnImageByMoreThanRounding() {
        SamplingPlan plan = plan("dpm-solver++-2m", 5, 2, null, null, null);
        float[] alone = sample(List.of(plan), 1)[0];
        List<SamplingPlan> crowd = new ArrayList<>(List.of(plan));
        crowd.addAll(mix());

        assertThat(TestDevice.maxDifference(sample(crowd, 9)[0], alone)).isLessThan(1 / 127.5);
        assertThat(sample(List.of(plan), 1)[0]).isEqualTo(alone);
    }

    @Test
    void shouldNotInheritANotANumberFromTheSlotsLastSample() {
        Map<String, TensorData> broken = new HashMap<>(CHECKPOINT.weights());
        TensorData bias = broken.get("conv_out.bias");
        broken.put("conv_out.bias", new TensorData(bias.shape(), new float[]{Float.NaN}));
        SamplingPlan plan = plan("dpm-solver++-2m", 3, 1, null, null, null);
        var failures = new ArrayList<String>();
        TestDevice.on(() -> {
            try (LoadedModel model = LoadedModel.load(TestDevice.TORCH,
                    new Checkpoint(CARD, CHECKPOINT.config(), broken),
                    NumericProfile.FLOAT32); var lane = new Lane(model, NOISE, 1)) {
                for (int i = 0; i < 2; i++) {
                    lane.admit(new SlotTask(plan, 0, 1, i, new Recorder(new float[2][], i, new ArrayList<>()) {
                        @Override
                        public void failed(String reason) {
                            failures.add(reason);
                        }
                    }));
                    lane.tick();
                    assertThat(lane.active()).isZero();
                    assertThat(lane.room()).isEqualTo(1);
                }
            }
            return null;
        });
        assertThat(failures).hasSize(2).allSatisfy(f -> assertThat(f).contains("not finite at step 1 of 3", "random"));
    }

    @Test
    void shouldShowThePointThatAStepEndsAt() {
        SamplingPlan plan = plan("euler", 3, 1, null, null, null);
        float[][] samples = new float[1][];
        List<float[]> points = new ArrayList<>();
        TestDevice.on(() -> {
            try (LoadedModel model = LoadedModel.load(TestDevice.TORCH, CHECKPOINT, NumericProfile.FLOAT32);
                    var lane = new Lane(model, NOISE, 1)) {
                lane.admit(new SlotTask(plan, 0, 1, 0, new Recorder(samples, 0, points) {
                    @Override
                    public Preview preview(int step) {
                        return step == 1 ? Preview.NONE : Preview.NOISY;
                    }
                }));
                while (lane.active() > 0) {
                    lane.tick();
                }
            }
            return null;
        });
        assertThat(points).hasSize(3);
        assertThat(points.get(1)).isEmpty();
        assertThat(points.get(2)).isEqualTo(samples[0]);
        assertThat(points.get(0)).isNotEqualTo(samples[0]).hasSize(SIZE);
    }

    @Test
    void shouldForgetRemovedSamplesAndRefuseTooMany() {
        SamplingPlan plan = plan("euler", 4, 1, null, null, null);
        TestDevice.on(() -> {
            try (LoadedModel model = LoadedModel.load(TestDevice.TORCH, CHECKPOINT, NumericProfile.FLOAT32);
                    var lane = new Lane(model, NOISE, 1)) {
                float[][] samples = new float[2][];
                lane.admit(new SlotTask(plan, 0, 1, 0, new Recorder(samples, 0, new ArrayList<>())));
                assertThatThrownBy(
                        () -> lane.admit(new SlotTask(plan, 0, 1, 1, new Recorder(samples, 1, new ArrayList<>()))))
                        .isInstanceOf(IllegalStateException.class);
                lane.tick();
                lane.removeIf(task -> task.index() == 0);
                assertThat(lane.active()).isZero();
                assertThat(lane.nextRows()).isZero();
                lane.tick();
                assertThat(samples[0]).isNull();
            }
            return null;
        });
    }

    private static float[][] sample(List<SamplingPlan> plans, int capacity) {
        return TestDevice.on(() -> {
            float[][] samples = new float[plans.size()][];
            try (LoadedModel model = LoadedModel.load(TestDevice.TORCH, CHECKPOINT, NumericProfile.FLOAT32);
                    var lane = new Lane(model, NOISE, capacity)) {
                for (int i = 0; i < plans.size(); i++) {
                    lane.admit(new SlotTask(plans.get(i), i % 3, 5, i, new Recorder(samples, i, new ArrayList<>())));
                }
                while (lane.active() > 0) {
                    lane.tick();
                }
            }
            return samples;
        });
    }

    /** The same network, one row at a time, for the executor in float64. */
    private static dev.pathline.diffusion.model.Network oracle(LoadedModel model) {
        return (x, time, target, label, output) -> {
            try (NDManager manager = TestDevice.TORCH.newManager()) {
                float[] in = new float[x.length];
                for (int i = 0; i < in.length; i++) {
                    in[i] = (float) x[i];
                }
                int index = label == dev.pathline.diffusion.model.Network.NO_LABEL ? 3 : label;
                float[] out = model.program()
                        .forward(manager, List.of(manager.create(in, new Shape(1, 1, 8, 8)),
                                manager.create(new float[]{(float) time}), manager.create(new long[]{index})),
                                model.weights())
                        .getFirst().toFloatArray();
                for (int i = 0; i < out.length; i++) {
                    output[i] = out[i];
                }
            }
        };
    }

    private static double difference(float[] actual, double[] expected) {
        double scale = Arrays.stream(expected).map(Math::abs).max().orElse(1);
        double max = 0;
        for (int i = 0; i < expected.length; i++) {
            max = Math.max(max, Math.abs(actual[i] - expected[i]));
        }
        return max / Math.max(1, scale);
    }

    private static class Recorder implements SlotListener {

        private final float[][] samples;
        private final int index;
        private final List<float[]> previews;

        Recorder(float[][] samples, int index, List<float[]> previews) {
            this.samples = samples;
            this.index = index;
            this.previews = previews;
        }

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
    }
}
