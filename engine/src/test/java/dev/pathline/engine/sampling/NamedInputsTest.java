package dev.pathline.engine.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.card.ModelKind;
import dev.pathline.diffusion.planner.Planner;
import dev.pathline.diffusion.planner.SamplingSettings;
import dev.pathline.diffusion.plan.SamplingPlan;
import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.schedule.RectifiedFlow;
import dev.pathline.engine.TestDevice;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.checkpoint.TensorData;
import dev.pathline.engine.graph.Graph;
import dev.pathline.engine.graph.Network;
import dev.pathline.engine.graph.Value;
import dev.pathline.engine.network.NetworkConfig;
import dev.pathline.engine.network.NetworkType;
import dev.pathline.engine.script.NumericProfile;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** A network declares what it takes, and a sample brings it by name. */
class NamedInputsTest {

    private static final ModelCard CARD = ModelCard
            .of("named", ModelKind.DIFFUSION, List.of(2), RectifiedFlow.DEFAULT.spec(), Prediction.DATA)
            .withClasses(List.of("a", "b"), true);
    private static final Map<String, TensorData> WEIGHTS = Map.of("classes.weight",
            new TensorData(List.of(3, 2), new float[]{1, 2, 3, 4, 0.5f, 0.25f}));
    /** Two words of two numbers. */
    private static final float[] WORDS = {10, 20, 30, 40};
    private static final float[] OTHER_WORDS = {-1, -2, -4, -8};

    /** Predicts as the data a row of its table and, at a strength, the sum of the words. No {@code target} is there. */
    private record WordNet() implements NetworkConfig {

        @Override
        public NetworkType type() {
            throw new UnsupportedOperationException("never written");
        }

        @Override
        public ObjectNode json() {
            throw new UnsupportedOperationException("never written");
        }

        @Override
        public Network build() {
            var graph = new Graph();
            Value x = graph.input("x", List.of(2));
            Value context = graph.input("context", List.of(2, 2));
            Value label = graph.labelInput("label");
            Value time = graph.reshape(graph.timeInput("time"), 1);
            Value strength = graph.reshape(graph.timeInput("strength"), 1);
            Value words = graph.multiply(strength, graph.sum(context, 0));
            Value nothing = graph.add(graph.affine(x, 0, 0), graph.affine(time, 0, 0));
            return graph.build(graph.add(graph.add(words, graph.embedding(label, "classes", 3, 2)), nothing));
        }
    }

    /** The samples of some conditions, all in one lane, filled up with rows that nobody reads. */
    private static float[][] run(SamplingPlan plan, Conditions... conditions) {
        float[][] samples = new float[conditions.length][];
        TestDevice.on(() -> {
            try (LoadedModel model = LoadedModel.load(TestDevice.TORCH, new Checkpoint(CARD, new WordNet(), WEIGHTS),
                    NumericProfile.FLOAT32);
                    var lane = new Lane(model, LaneRuns.NOISE, conditions.length)) {
                for (int i = 0; i < conditions.length; i++) {
                    lane.admit(new SlotTask(plan, conditions[i], 3, i, listener(samples, i)));
                }
                while (lane.active() > 0) {
                    lane.tick(lane.slots(), 16);
                }
            }
            return null;
        });
        return samples;
    }

    private static SlotListener listener(float[][] samples, int place) {
        return new SlotListener() {
            @Override
            public void finished(float[] sample) {
                samples[place] = sample;
            }

            @Override
            public void failed(String reason) {
                throw new AssertionError(reason);
            }
        };
    }

    private static SamplingPlan plan(double cfgScale) {
        return Planner.plan(CARD, SamplingSettings.defaults(true).withSolver("ddim").withSteps(3)
                .withCfgScale(cfgScale));
    }

    @Test
    void shouldTakeWhatASampleBringsByName() {
        float[][] samples = run(plan(1), Conditions.NONE, Conditions.label(1),
                Conditions.label(0).with("context", WORDS).with("strength", 1f),
                Conditions.NONE.with("strength", 0.5f).with("context", OTHER_WORDS).with("unread", 7));

        assertThat(samples[0]).containsExactly(new float[]{0.5f, 0.25f}, within(1e-6f));
        assertThat(samples[1]).containsExactly(new float[]{3, 4}, within(1e-6f));
        assertThat(samples[2]).containsExactly(new float[]{41, 62}, within(1e-5f));
        assertThat(samples[3]).containsExactly(new float[]{0.5f - 2.5f, 0.25f - 5}, within(1e-6f));
    }

    /** The row that guidance leads away from has every input at its value for none: the null class, zeros. */
    @Test
    void shouldGuideAwayFromNoConditionAtAll() {
        float[][] samples = run(plan(2), Conditions.label(0).with("context", WORDS).with("strength", 1f),
                Conditions.label(1));

        assertThat(samples[0]).containsExactly(new float[]{2 * 41 - 0.5f, 2 * 62 - 0.25f}, within(1e-4f));
        assertThat(samples[1]).containsExactly(new float[]{2 * 3 - 0.5f, 2 * 4 - 0.25f}, within(1e-5f));
    }

    @Test
    void shouldRefuseWhatTheNetworkDoesNotTakeSo() {
        TestDevice.on(() -> {
            try (LoadedModel model = LoadedModel.load(TestDevice.TORCH, new Checkpoint(CARD, new WordNet(), WEIGHTS),
                    NumericProfile.FLOAT32); var lane = new Lane(model, LaneRuns.NOISE, 1)) {
                refuses(lane, Conditions.NONE.with("context", 1f, 2f), "context must be 4 numbers, not 2 numbers");
                refuses(lane, Conditions.NONE.with("strength", 1), "strength must be 1 numbers");
                refuses(lane, Conditions.label(3), "label must be 0 to 2 for model named, not 3");
                assertThat(lane.room()).isEqualTo(1);
            }
            return null;
        });
    }

    private static void refuses(Lane lane, Conditions conditions, String sentence) {
        var task = new SlotTask(plan(1), conditions, 0, 0, listener(new float[1][], 0));
        assertThatThrownBy(() -> lane.admit(task)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(sentence);
    }

    /** A plan that guides where the card has nothing to guide away from is refused before it meets others. */
    @Test
    void shouldRefuseToGuideAwayFromWhatThereIsNot() {
        ModelCard without = CARD.withClasses(List.of("a", "b", "c"), false);
        TestDevice.on(() -> {
            try (LoadedModel model = LoadedModel.load(TestDevice.TORCH,
                    new Checkpoint(without, new WordNet(), WEIGHTS), NumericProfile.FLOAT32);
                    var lane = new Lane(model, LaneRuns.NOISE, 1)) {
                var task = new SlotTask(plan(3), Conditions.label(2), 0, 0, listener(new float[1][], 0));
                assertThatThrownBy(() -> lane.admit(task)).isInstanceOf(IllegalArgumentException.class)
                        .hasMessage(
                                "the plan guides away from a sample without label, which model named does not know");
                refuses(lane, Conditions.NONE, "which has no class for samples without a label");
            }
            return null;
        });
    }
}
