package dev.pathline.engine.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.card.ModelKind;
import dev.pathline.diffusion.model.GaussianMixtureModel;
import dev.pathline.diffusion.model.Network;
import dev.pathline.diffusion.noise.NoiseKey;
import dev.pathline.diffusion.noise.NoiseSource;
import dev.pathline.diffusion.noise.PhiloxNoise;
import dev.pathline.diffusion.plan.PlanExecutor;
import dev.pathline.diffusion.plan.SamplingPlan;
import dev.pathline.diffusion.planner.Planner;
import dev.pathline.diffusion.planner.SamplingSettings;
import dev.pathline.diffusion.prediction.Preconditioning;
import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.prediction.TimeInput;
import dev.pathline.diffusion.schedule.RectifiedFlow;
import dev.pathline.diffusion.schedule.VpLinear;
import dev.pathline.engine.ClosedForms;
import dev.pathline.engine.TestDevice;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.network.UNet2D;
import dev.pathline.engine.network.UNet2DConfig;
import dev.pathline.engine.network.UNet2DConfigJson;
import dev.pathline.engine.sampling.LaneRuns.Sample;
import dev.pathline.engine.script.NumericProfile;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/** What a lane promises beside its numbers: rows that exist, listeners that may throw, noise that others draw. */
class LaneRulesTest {

    private static final PhiloxNoise NOISE = new PhiloxNoise();
    private static final Checkpoint MIXTURE = ClosedForms.of(RectifiedFlow.DEFAULT, ClosedForms.MIXTURE_64);

    /** A U-Net whose class table has exactly so many rows, 0 for none. */
    private static Checkpoint unet(int rows, int classes, boolean nullClass) {
        ModelCard card = ModelCard
                .of("unet", ModelKind.DIFFUSION, List.of(1, 8, 8), RectifiedFlow.DEFAULT.spec(), Prediction.VELOCITY)
                .withNetworkInput(Preconditioning.NONE, TimeInput.scaled(1000))
                .withClasses(IntStream.range(0, classes).mapToObj(i -> "class " + i).toList(), nullClass);
        UNet2DConfig config = UNet2DConfigJson.read(JsonMapper.shared().readTree(
                """
                        {"sample_size": 8, "in_channels": 1, "out_channels": 1, "block_out_channels": [8],
                         "down_block_types": ["DownBlock2D"], "up_block_types": ["UpBlock2D"],
                         "layers_per_block": 1, "norm_num_groups": 4, "num_class_embeds": %s}"""
                        .formatted(rows == 0 ? "null" : Integer.toString(rows))));
        return new Checkpoint(card, config, TestDevice.randomWeights(UNet2D.build(config), 3));
    }

    private static SamplingPlan plan(Checkpoint checkpoint, String solver, int steps, double cfgScale) {
        return Planner.plan(checkpoint.card(), SamplingSettings.defaults(checkpoint.card().conditional())
                .withSolver(solver).withSteps(steps).withCfgScale(cfgScale));
    }

    /** Rows that fill up ask for a row of the class table that is there. */
    @ParameterizedTest
    @CsvSource({"3, 3, false", "1, 1, false", "4, 3, true", "0, 0, false"})
    void shouldFillUpWithRowsThatExist(int rows, int classes, boolean nullClass) {
        Checkpoint checkpoint = unet(rows, classes, nullClass);
        var samples = new ArrayList<Sample>();
        for (int i = 0; i < 5; i++) {
            samples.add(new Sample(plan(checkpoint, i % 2 == 0 ? "ddim" : "euler-ancestral", 2 + i % 2, 1),
                    i % Math.max(1, classes), 4, i));
        }
        float[][] expected = LaneRuns.run(checkpoint, samples, samples.size());
        for (int least : new int[]{6, 8, 64}) {
            float[][] filled = LaneRuns.run(checkpoint, samples, samples.size(), least, List::copyOf);
            for (int i = 0; i < filled.length; i++) {
                assertThat(TestDevice.maxDifference(filled[i], expected[i])).as("%d rows", least).isLessThan(1e-4);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"3, false, 3", "3, false, -1", "3, true, 4"})
    void shouldRefuseALabelThatDoesNotExistBeforeItMeetsOthers(int classes, boolean nullClass, int label) {
        Checkpoint checkpoint = unet(nullClass ? classes + 1 : classes, classes, nullClass);
        SamplingPlan plan = plan(checkpoint, "ddim", 2, 1);
        float[][] samples = new float[1][];
        TestDevice.on(() -> {
            try (LoadedModel model = LoadedModel.load(TestDevice.TORCH, checkpoint, NumericProfile.FLOAT32);
                    var lane = new Lane(model, NOISE, 2)) {
                lane.admit(new SlotTask(plan, 1, 1, 0, new Listener(samples, 0, 0)));
                assertThatThrownBy(() -> lane.admit(new SlotTask(plan, label, 1, 1, new Listener(samples, 0, 0))))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("label must be 0 to " + (nullClass ? classes : classes - 1))
                        .hasMessageContaining("not " + label);
                assertThat(lane.room()).isEqualTo(1);
                finish(lane);
            }
            return null;
        });
        assertThat(samples[0]).isNotNull();
    }

    @Test
    void shouldTakeAnyLabelWhereTheNetworkReadsNone() {
        Checkpoint checkpoint = unet(0, 0, false);
        SamplingPlan plan = plan(checkpoint, "ddim", 1, 1);
        assertThat(LaneRuns.run(checkpoint, List.of(new Sample(plan, 5, 1, 0)), 1))
                .isDeepEqualTo(LaneRuns.run(checkpoint, List.of(new Sample(plan, 0, 1, 0)), 1));
    }

    /** Scale 0 asks for nothing but the sample without a label. */
    @Test
    void shouldEvaluateOneRowAtGuidanceZero() {
        SamplingPlan zero = plan(MIXTURE, "dpm-solver++-2m", 6, 0);
        SamplingPlan plain = plan(MIXTURE, "dpm-solver++-2m", 6, 1);
        assertThat(zero.rows()).isEqualTo(plain.rows()).isEqualTo(6);

        float[][] samples = LaneRuns.run(MIXTURE, List.of(new Sample(zero, 0, 9, 0), new Sample(zero, 1, 9, 0)), 2);

        float[] unlabelled = LaneRuns.run(MIXTURE, List.of(new Sample(plain, 2, 9, 0)), 1)[0];
        assertThat(samples).isDeepEqualTo(new float[][]{unlabelled, unlabelled});
    }

    /** Three samples, of which one throws at a time of its own; the others and the lane go on as if nothing had been. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void shouldAdvanceAllWhenAListenerThrows(int when) {
        SamplingPlan plan = plan(MIXTURE, "dpm-solver++-2m", 3, 1);
        List<Sample> wanted = IntStream.range(0, 3).mapToObj(i -> new Sample(plan, i, 6, i)).toList();
        float[][] expected = LaneRuns.run(MIXTURE, wanted, 3);
        float[][] samples = new float[3][];
        var thrown = new ArrayList<RuntimeException>();
        TestDevice.on(() -> {
            try (LoadedModel model = LoadedModel.load(TestDevice.TORCH, MIXTURE, NumericProfile.FLOAT32);
                    var lane = new Lane(model, NOISE, 3)) {
                for (int i = 0; i < 3; i++) {
                    // The first and the second throw: what the second throws is not lost either.
                    lane.admit(new SlotTask(plan, i, 6, i, new Listener(samples, i, i < 2 ? when : 0)));
                }
                for (int tick = 1; tick <= 3; tick++) {
                    try {
                        lane.tick();
                    } catch (IllegalStateException e) {
                        thrown.add(e);
                    }
                    int stage = tick;
                    assertThat(lane.slots()).allSatisfy(slot -> assertThat(slot.stage()).isEqualTo(stage));
                }
                assertThat(lane.active()).isZero();
                assertThat(lane.room()).isEqualTo(3);
            }
            return null;
        });
        assertThat(thrown).hasSize(1);
        assertThat(thrown.getFirst()).hasMessage("listener 0").satisfies(e -> assertThat(e.getSuppressed())
                .extracting(Throwable::getMessage).containsExactly("listener 1"));
        assertThat(samples).isDeepEqualTo(expected);
    }

    @Test
    void shouldMoveNothingWhenAPreviewIsNotTold() {
        SamplingPlan plan = plan(MIXTURE, "euler", 2, 1);
        float[][] samples = new float[1][];
        float[] expected = LaneRuns.run(MIXTURE, List.of(new Sample(plan, 0, 6, 0)), 1)[0];
        TestDevice.on(() -> {
            try (LoadedModel model = LoadedModel.load(TestDevice.TORCH, MIXTURE, NumericProfile.FLOAT32);
                    var lane = new Lane(model, NOISE, 1)) {
                lane.admit(new SlotTask(plan, 0, 6, 0, new Listener(samples, 0, 0) {
                    private boolean asked;

                    @Override
                    public Preview preview(int step) {
                        if (!asked) {
                            asked = true;
                            throw new IllegalStateException("not now");
                        }
                        return Preview.NONE;
                    }
                }));
                assertThatThrownBy(lane::tick).hasMessage("not now");
                finish(lane);
            }
            return null;
        });
        assertThat(samples[0]).isEqualTo(expected);
    }

    /** The noise is the same to the last bit, and no tick draws it, whatever the order in which samples come. */
    @Test
    void shouldHaveItsNoiseDrawnElsewhere() {
        Set<String> threads = ConcurrentHashMap.newKeySet();
        var keys = new ConcurrentHashMap<NoiseKey, Integer>();
        NoiseSource watched = new NoiseSource() {
            @Override
            public void fill(NoiseKey key, double[] values) {
                watch(key);
                NOISE.fill(key, values);
            }

            @Override
            public void fill(NoiseKey key, float[] values) {
                watch(key);
                NOISE.fill(key, values);
            }

            private void watch(NoiseKey key) {
                threads.add(Thread.currentThread().getName());
                keys.merge(key, 1, Integer::sum);
            }
        };
        List<SamplingPlan> plans = List.of(plan(MIXTURE, "euler-ancestral", 5, 1), plan(MIXTURE, "ddim", 3, 1),
                plan(MIXTURE, "predictor-corrector", 4, 1), plan(MIXTURE, "edm-stochastic", 6, 1),
                Planner.plan(MIXTURE.card(), SamplingSettings.defaults(true).withSolver("ancestral").withSteps(4)
                        .withNoise("brownian")));
        List<Sample> wanted = IntStream.range(0, plans.size()).mapToObj(i -> new Sample(plans.get(i), i % 3, 8, i))
                .toList();
        float[][] expected = LaneRuns.run(MIXTURE, wanted, plans.size());
        float[][] samples = new float[plans.size()][];
        String compute = TestDevice.on(() -> {
            try (LoadedModel model = LoadedModel.load(TestDevice.TORCH, MIXTURE, NumericProfile.FLOAT32);
                    var lane = new Lane(model, watched, 2)) {
                int next = 0;
                while (next < plans.size() || lane.active() > 0) {
                    while (next < plans.size() && lane.room() > 0) {
                        lane.admit(new SlotTask(plans.get(next), next % 3, 8, next, new Listener(samples, next, 0)));
                        next++;
                    }
                    lane.tick();
                }
            }
            return Thread.currentThread().getName();
        });
        assertThat(samples).isDeepEqualTo(expected);
        assertThat(threads).isNotEmpty().doesNotContain(compute);
        // Independent noise is drawn once.
        assertThat(keys).hasSizeGreaterThan(10).allSatisfy((key, times) -> {
            if (key.sample() < plans.size() - 1) {
                assertThat(times).as("%s", key).isEqualTo(1);
            }
        });
    }

    /** In the plane the corrector's step is a number; beside a sample of another solver, whose update has none. */
    @Test
    void shouldCorrectInThePlaneAsTheOracleDoes() {
        Checkpoint plane = ClosedForms.of(VpLinear.DEFAULT, ClosedForms.MIXTURE);
        ModelCard card = plane.card();
        var wanted = new ArrayList<Sample>();
        for (int i = 0; i < 12; i++) {
            wanted.add(new Sample(plan(plane, i % 4 == 3 ? "ddim" : "predictor-corrector", 30, 1), i % 3, 2, i));
        }
        float[][] samples = LaneRuns.run(plane, wanted, wanted.size());
        var oracle = new GaussianMixtureModel(VpLinear.DEFAULT, ClosedForms.MIXTURE).network(card.prediction(),
                card.preconditioning(), card.timeInput());
        for (int i = 0; i < samples.length; i++) {
            int label = wanted.get(i).label() == 2 ? Network.NO_LABEL : wanted.get(i).label();
            double[] expected = new PlanExecutor(wanted.get(i).plan(), oracle, NOISE).sample(2, label, 2, i,
                    PlanExecutor.Listener.NONE);
            for (int d = 0; d < 2; d++) {
                assertThat((double) samples[i][d]).as("sample %d", i).isCloseTo(expected[d], within(1e-4));
            }
        }
    }

    @Test
    void shouldSayWhatWentWrongWithTheNoise() {
        NoiseSource broken = new NoiseSource() {
            @Override
            public void fill(NoiseKey key, double[] values) {
                throw new IllegalStateException("no noise");
            }

            @Override
            public void fill(NoiseKey key, float[] values) {
                throw new IllegalStateException("no noise");
            }
        };
        SamplingPlan plan = plan(MIXTURE, "euler", 2, 1);
        TestDevice.on(() -> {
            try (LoadedModel model = LoadedModel.load(TestDevice.TORCH, MIXTURE, NumericProfile.FLOAT32);
                    var lane = new Lane(model, broken, 1)) {
                lane.admit(new SlotTask(plan, 0, 6, 0, new Listener(new float[1][], 0, 0)));
                assertThatThrownBy(lane::tick).isInstanceOf(IllegalStateException.class).hasMessage("no noise");
            }
            return null;
        });
    }

    private static void finish(Lane lane) {
        while (lane.active() > 0) {
            lane.tick();
        }
    }

    /** Keeps its sample; throws at a step, counted from 1, or when it is finished where that is one more than there are. */
    private static class Listener implements SlotListener {

        private final float[][] samples;
        private final int index;
        private final int when;

        Listener(float[][] samples, int index, int when) {
            this.samples = samples;
            this.index = index;
            this.when = when;
        }

        @Override
        public void stepped(int step, double sigma, float[] preview) {
            throwAt(step + 1);
        }

        @Override
        public void finished(float[] sample) {
            samples[index] = sample;
            throwAt(4);
        }

        private void throwAt(int time) {
            if (time == when) {
                throw new IllegalStateException("listener " + index);
            }
        }

        @Override
        public void failed(String reason) {
            throw new AssertionError(reason);
        }
    }
}
