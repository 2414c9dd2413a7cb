package dev.pathline.engine.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.card.ModelGuidance;
import dev.pathline.diffusion.card.ModelKind;
import dev.pathline.diffusion.planner.Planner;
import dev.pathline.diffusion.planner.SamplingSettings;
import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.schedule.RectifiedFlow;
import dev.pathline.engine.TestDevice;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.checkpoint.CheckpointException;
import dev.pathline.engine.checkpoint.StoredType;
import dev.pathline.engine.checkpoint.TensorData;
import dev.pathline.engine.graph.Graph;
import dev.pathline.engine.graph.Initializer;
import dev.pathline.engine.graph.Network;
import dev.pathline.engine.graph.Value;
import dev.pathline.engine.network.MlpDenoiser;
import dev.pathline.engine.network.NetworkConfig;
import dev.pathline.engine.network.NetworkType;
import dev.pathline.engine.sampling.LaneRuns.Sample;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** On the tensor executor a network that is told the scale makes with one row what two rows make. */
class GuidanceInputTest {

    private static final ModelCard TWO = ModelCard
            .of("guided", ModelKind.DIFFUSION, List.of(2), RectifiedFlow.DEFAULT.spec(), Prediction.VELOCITY)
            .withClasses(List.of("a", "b"), true);
    private static final ModelCard TOLD = TWO.withGuidance(new ModelGuidance.Input(0, 8));
    private static final float[] NONE = {0.5f, -0.25f};
    private static final Map<String, TensorData> WEIGHTS = Map.of("classes.weight",
            new TensorData(List.of(3, 2), new float[]{1, 2, -3, 1, NONE[0], NONE[1]}), "none",
            new TensorData(List.of(2), NONE));

    /** The velocity {@code silu(x) + c}, where {@code c} is the class's vector, or led from that of none to it. */
    private record Field(boolean told) implements NetworkConfig {

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
            Value time = graph.reshape(graph.timeInput("time"), 1);
            Value classes = graph.embedding(graph.labelInput("label"), "classes", 3, 2);
            Value none = graph.weight("none", List.of(2), Initializer.ZEROS);
            Value led = classes;
            if (told) {
                Value scale = graph.reshape(graph.guidanceInput(), 1);
                Value difference = graph.add(classes, graph.affine(none, -1, 0));
                led = graph.add(none, graph.multiply(scale, difference));
            } else {
                led = graph.add(led, graph.affine(none, 0, 0));
            }
            return graph.build(graph.add(graph.multiply(graph.affine(time, 0.5, 1), graph.silu(x)), led));
        }
    }

    /** Many scales and solvers in one lane, some without a label. */
    @Test
    void shouldMakeTheSamplesOfTwoRowsWithOne() {
        String[] solvers = {"euler", "heun", "dpm-solver++-2m", "ddim"};
        double[] scales = {0, 1, 1.5, 3, 7.5};
        var two = new ArrayList<Sample>();
        var told = new ArrayList<Sample>();
        for (int i = 0; i < 20; i++) {
            SamplingSettings settings = SamplingSettings.defaults(i % 3 < 2).withSolver(solvers[i % 4])
                    .withSteps(3 + i % 5).withCfgScale(scales[i % 5]);
            two.add(new Sample(Planner.plan(TWO, settings), i % 3, 5, i));
            told.add(new Sample(Planner.plan(TOLD, settings), i % 3, 5, i));
        }
        float[][] expected = LaneRuns.run(new Checkpoint(TWO, new Field(false), WEIGHTS), two, 7);
        float[][] samples = LaneRuns.run(new Checkpoint(TOLD, new Field(true), WEIGHTS), told, 7);
        for (int i = 0; i < samples.length; i++) {
            assertThat(samples[i]).as("sample %d", i).containsExactly(expected[i], within(2e-4f));
            assertThat(told.get(i).plan().rows()).isEqualTo(told.get(i).plan().evaluations());
        }
        assertThat(told.stream().mapToInt(sample -> sample.plan().rows()).sum())
                .isLessThan(two.stream().mapToInt(sample -> sample.plan().rows()).sum());
    }

    /** The card and the network of a checkpoint agree on whether there is a scale to be told of. */
    @Test
    void shouldRefuseACardThatDoesNotFitTheNetwork(@TempDir Path folder) {
        ModelCard card = ModelCard.of("points", ModelKind.DIFFUSION, List.of(2), RectifiedFlow.DEFAULT.spec(),
                Prediction.VELOCITY);
        MlpDenoiser told = MlpDenoiser.read(JsonMapper.shared().readTree("""
                {"sample_shape": [2], "hidden_width": 8, "num_blocks": 1,
                 "guidance_embedding_type": "low_frequency"}"""));
        var weights = TestDevice.randomWeights(told.build(), 1);
        write(folder.resolve("fits"), card.withGuidance(new ModelGuidance.Input(1, 4)), told, weights);
        write(folder.resolve("plain"), card, told, weights);

        Checkpoint checkpoint = Checkpoint.read(folder.resolve("fits"));
        assertThat(checkpoint.card().guidance()).isEqualTo(new ModelGuidance.Input(1, 4));
        assertThatThrownBy(() -> Checkpoint.read(folder.resolve("plain"))).isInstanceOf(CheckpointException.class)
                .hasMessageContaining("its guidance must be of type input");

        float[][] samples = LaneRuns.run(checkpoint, List.of(sample(checkpoint, 1), sample(checkpoint, 4)), 2);
        assertThat(samples[0]).isNotEqualTo(samples[1]);
    }

    private static Sample sample(Checkpoint checkpoint, double scale) {
        return new Sample(Planner.plan(checkpoint.card(), SamplingSettings.defaults(false).withCfgScale(scale)), 0, 1,
                0);
    }

    private static void write(Path folder, ModelCard card, NetworkConfig config, Map<String, TensorData> weights) {
        new Checkpoint(card, config, weights).write(folder, StoredType.F32);
    }
}
