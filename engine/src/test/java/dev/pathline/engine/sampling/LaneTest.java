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
import dev.pathline.engine.ClosedForms;
import dev.pathline.engine.TestDevice;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.checkpoint.TensorData;
import dev.pathline.engine.graph.Network;
import dev.pathline.engine.network.UNet2DConfigJson;
import dev.pathline.engine.sampling.LaneRuns.Sample;
import dev.pathline.engine.script.NumericProfile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Random;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** The tensor executor against the {@code double[]} one, on a real network with random weights. */
class LaneTest {

    private static final int SIZE = 64;
    private static final PhiloxNoise NOISE = new PhiloxNoise();

    private static final ModelCard CARD = ModelCard
            .of("random", ModelKind.DIFFUSION, List.of(1, 8, 8), RectifiedFlow.DEFAULT.spec(), Prediction.VELOCITY)
            .withNetworkInput(Preconditioning.NONE, TimeInput.scaled(1000)).withClasses(List.of("a", "b", "c"), true);

    private static final Checkpoint CHECKPOINT = checkpoint();

    private static Checkpoint checkpoint() {
        var config = UNet2DConfigJson.read(JsonMapper.shared().readTree(
                """
                        {"sample_size": 8, "in_channels": 1, "out_channels": 1, "block_out_channels": [16, 32],
                         "down_block_types": ["DownBlock2D", "AttnDownBlock2D"], "up_block_types": ["AttnUpBlock2D", "UpBlock2D"],
                         "layers_per_block": 1, "attention_head_dim": 8, "norm_num_groups": 8, "num_class_embeds": 4}"""));
        Network network = dev.pathline.engine.network.UNet2D.build(config);
        return new Checkpoint(CARD, config, TestDevice.randomWeights(network, 9));
    }

    private static SamplingSettings settings(String solver, int steps, double cfgScale) {
        return SamplingSettings.defaults(true).withSolver(solver).withSteps(steps).withTimeGrid("time")
                .withCfgScale(cfgScale);
    }

    private static SamplingPlan plan(String solver, int steps, double cfgScale) {
        return Planner.plan(CARD, settings(solver, steps, cfgScale));
    }

    /**
     * One of everything: solvers of one and two stages a step, history, noise, Langevin steps, guidance, its interval and
     * its rescaling, thresholds.
     */
    private static List<SamplingPlan> mix(ModelCard card) {
        return Stream.of(settings("dpm-solver++-2m", 6, 2), settings("ddim", 1, 1), settings("heun", 3, 1.5),
                settings("euler", 9, 1).withThreshold("clip"),
                settings("ddim", 5, 3).withCfgInterval(new CfgInterval(0.3, 2)).withEta(0.7),
                settings("ancestral", 7, 2).withThreshold("dynamic"),
                settings("dpm-solver++-2m", 4, 0).withThreshold("dynamic"),
                settings("euler-ancestral", 2, 4).withThreshold("clip").withNoise("brownian"),
                settings("unipc-3", 5, 3).withCfgRescale(0.7),
                settings("predictor-corrector", 4, 2).withCfgRescale(0.4).withThreshold("dynamic"))
                .map(settings -> Planner.plan(card.withBounded(true), settings)).toList();
    }

    @Test
    void shouldFollowTheOracleForEveryPlanOfAMixedBatch() {
        List<SamplingPlan> plans = mix(CARD);
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

    /** On a network of elementwise operations and sums within a sample, the tick itself is held to the last bit. */
    @Test
    void shouldGiveEverySampleOfAMixedBatchWhatItGivesAlone() {
        Checkpoint mixture = ClosedForms.of(RectifiedFlow.DEFAULT, ClosedForms.MIXTURE_64);
        var samples = new ArrayList<Sample>();
        mix(mixture.card()).forEach(plan -> samples.add(new Sample(plan, samples.size() % 3, 5, samples.size())));

        float[][] together = LaneRuns.run(mixture, samples, samples.size());

        for (int i = 0; i < together.length; i++) {
            assertThat(together[i]).as("sample %d, %s", i, samples.get(i).plan().solver())
                    .isEqualTo(LaneRuns.run(mixture, List.of(samples.get(i)), 1)[0]);
        }
    }

    /**
     * On a network with convolutions, libtorch chooses kernels by the number of rows, and those of few rows may round
     * otherwise. From so many rows on that the choice is settled, it is the last bit again.
     */
    @Test
    void shouldGiveEveryRequestOfAMixedBatchWhatItGivesAlone() {
        int count = settledRows();
        List<SamplingPlan> plans = mix(CARD);
        var samples = new ArrayList<Sample>();
        for (int i = 0; i < plans.size(); i++) {
            samples.addAll(request(plans.get(i), i, count));
        }
        float[][] together = LaneRuns.run(CHECKPOINT, samples, samples.size());
        for (int i = 0; i < plans.size(); i++) {
            float[][] alone = LaneRuns.run(CHECKPOINT, request(plans.get(i), i, count), count);
            for (int k = 0; k < count; k++) {
                assertThat(together[i * count + k]).as("sample %d of request %d, %s", k, i, plans.get(i).solver())
                        .isEqualTo(alone[k]);
            }
        }
    }

    @Test
    void shouldAdvanceThoseThatAreChosenWhateverFillsUpTheirEvaluation() {
        Checkpoint mixture = ClosedForms.of(RectifiedFlow.DEFAULT, ClosedForms.MIXTURE_64);
        var samples = new ArrayList<Sample>();
        mix(mixture.card()).forEach(plan -> samples.add(new Sample(plan, samples.size() % 3, 5, samples.size())));
        var random = new Random(7);

        float[][] expected = LaneRuns.run(mixture, samples, samples.size());
        float[][] some = LaneRuns.run(mixture, samples, 6, 9,
                slots -> slots.stream().filter(_ -> random.nextBoolean()).toList());

        assertThat(some).isDeepEqualTo(expected);
    }

    /** What a strict request is promised. */
    @Test
    void shouldGiveASampleAloneWhatItGivesInTheMixWhereEvaluationsAreFilledUp() {
        int rows = settledRows();
        var samples = new ArrayList<Sample>();
        mix(CARD).forEach(plan -> samples.add(new Sample(plan, samples.size() % 4, 3, samples.size())));

        float[][] together = LaneRuns.run(CHECKPOINT, samples, samples.size(), rows, List::copyOf);

        for (int i = 0; i < together.length; i++) {
            assertThat(together[i]).as(samples.get(i).plan().solver())
                    .isEqualTo(LaneRuns.run(CHECKPOINT, List.of(samples.get(i)), 1, rows, List::copyOf)[0]);
        }
    }

    private static List<Sample> request(SamplingPlan plan, long seed, int count) {
        return IntStream.range(0, count).mapToObj(k -> new Sample(plan, k % 4, seed, k)).toList();
    }

    /** The number of rows from which an image of this machine no longer depends on how many there are. */
    private static int settledRows() {
        SamplingPlan plan = plan("ddim", 1, 1);
        int many = 320;
        float[][] all = LaneRuns.run(CHECKPOINT, request(plan, 1, many), many);
        return IntStream.of(8, 16, 32, 64).filter(count -> Arrays.deepEquals(Arrays.copyOf(all, count),
                LaneRuns.run(CHECKPOINT, request(plan, 1, count), count))).findFirst()
                .orElseThrow(() -> new AssertionError("64 rows give other images than " + many));
    }

    @Test
    void shouldNotLetNeighboursChangeAFewImagesByMoreThanRounding() {
        var sample = new Sample(plan("dpm-solver++-2m", 5, 2), 0, 5, 0);
        float[] alone = LaneRuns.run(CHECKPOINT, List.of(sample), 1)[0];
        List<Sample> crowd = new ArrayList<>(List.of(sample));
        mix(CARD).forEach(plan -> crowd.add(new Sample(plan, 1, 5, crowd.size())));

        assertThat(TestDevice.maxDifference(LaneRuns.run(CHECKPOINT, crowd, crowd.size())[0], alone))
                .isLessThan(1 / 127.5);
        assertThat(LaneRuns.run(CHECKPOINT, List.of(sample), 1)[0]).isEqualTo(alone);
    }

    @Test
    void shouldNotInheritANotANumberFromTheSlotsLastSample() {
        Map<String, TensorData> broken = new HashMap<>(CHECKPOINT.weights());
        TensorData bias = broken.get("conv_out.bias");
        broken.put("conv_out.bias", new TensorData(bias.shape(), new float[]{Float.NaN}));
        SamplingPlan plan = plan("dpm-solver++-2m", 3, 1);
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
        SamplingPlan plan = plan("euler", 3, 1);
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
        SamplingPlan plan = plan("euler", 4, 1);
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

    /** The same network, one row at a time, for the executor in float64. */
    private static dev.pathline.diffusion.model.Network oracle(LoadedModel model) {
        return (x, inputs, output) -> {
            try (NDManager manager = TestDevice.TORCH.newManager()) {
                float[] in = new float[x.length];
                for (int i = 0; i < in.length; i++) {
                    in[i] = (float) x[i];
                }
                int index = inputs.label() == dev.pathline.diffusion.model.Network.NO_LABEL ? 3 : inputs.label();
                float[] out = model.program()
                        .forward(manager, List.of(manager.create(in, new Shape(1, 1, 8, 8)),
                                manager.create(new float[]{(float) inputs.time()}), manager.create(new long[]{index})),
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
