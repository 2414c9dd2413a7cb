package dev.pathline.engine.script;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.pathline.engine.TestDevice;
import dev.pathline.engine.objective.Recipe;
import dev.pathline.engine.graph.Graph;
import dev.pathline.engine.graph.Network;
import dev.pathline.engine.graph.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DoubledConvolutionsTest {

    private static final int BATCH = 2;
    private static final Shape IMAGE = new Shape(BATCH, 3, 4, 5);

    private static Network network() {
        var graph = new Graph();
        Value x = graph.input("x", List.of(3, 4, 5));
        return graph.build(graph.conv2d(graph.upsample(x), "conv", 3, 6));
    }

    /** Small whole numbers: bfloat16 holds them and their sums as exactly as float32. */
    private static float[] wholeNumbers(int count, long seed) {
        float[] values = new float[count];
        var random = new SplittableRandom(seed);
        for (int i = 0; i < count; i++) {
            values[i] = random.nextInt(-1, 2);
        }
        return values;
    }

    private static List<NDArray> weights(NDManager manager, Network network) {
        var arrays = new ArrayList<NDArray>();
        network.parameters().forEach(p -> arrays.add(manager.create(
                wholeNumbers((int) p.size(), p.name().hashCode()), TestDevice.shape(p.shape()))));
        return arrays;
    }

    private static float[] output(NumericProfile profile) {
        return TestDevice.on(() -> {
            Network network = network();
            try (NDManager manager = TestDevice.TORCH.newManager();
                    var program = new InferenceProgram(TestDevice.TORCH, network, profile)) {
                NDArray x = manager.create(wholeNumbers((int) IMAGE.size(), 1), IMAGE);
                return program.forward(manager, List.of(x), program.prepare(manager, weights(manager, network)))
                        .getFirst().toFloatArray();
            }
        });
    }

    /** The gradients of a mean square, as a first moment that keeps nothing of the old one. */
    private static List<float[]> gradients(NumericProfile profile) {
        return TestDevice.on(() -> {
            var graph = new Graph();
            Value x = graph.input("x", List.of(3, 4, 4));
            Network network = graph.build(graph.conv2d(graph.upsample(graph.conv2d(x, "first", 3, 4, 2, 1, null)),
                    "second", 3, 3));
            try (NDManager manager = TestDevice.TORCH.newManager();
                    var program = new TrainingProgram(TestDevice.TORCH, new TrainingProgram.Task(network, profile,
                            new TrainingProgram.Loss.Target(Recipe.plain(false)),
                            new TrainingProgram.AdamW(0, 0.99, 1e-8, 0, 1e9), 0, 1))) {
                List<NDArray> weights = TestDevice.onDevice(manager, network, TestDevice.randomWeights(network, 7));
                List<NDArray> moments = weights.stream().map(w -> manager.zeros(w.getShape())).toList();
                List<NDArray> squares = weights.stream().map(w -> manager.zeros(w.getShape())).toList();
                var shape = new Shape(BATCH, 3, 4, 4);
                NDArray rows = manager.create(new float[]{1, 1, 1, 0, 1, 0, 1, 0, 1, 1, 1, 0, 1, 0, 1, 0},
                        new Shape(BATCH, 8));
                program.step(manager,
                        new TrainingProgram.Samples(manager.create(TestDevice.gaussian(BATCH * 48, 1), shape),
                                manager.create(TestDevice.gaussian(BATCH * 48, 2), shape), rows, Map.of(), Map.of()),
                        new TrainingProgram.State(weights, moments, squares, List.of()),
                        new TrainingProgram.Step(1e-3, List.of(), 1));
                return moments.stream().map(NDArray::toFloatArray).toList();
            }
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"bf16", "bf16-cl", "bf16-packed", "f16", "f16-cl"})
    void shouldGiveWhatTheConvolutionOfTheLargerImageGives(String profile) {
        float[] reference = output(NumericProfile.FLOAT32);

        assertThat(reference).hasSize(BATCH * 6 * 8 * 10);
        if (!TestDevice.runs(NumericProfile.named(profile))) {
            return;
        }
        assertThat(output(NumericProfile.named(profile))).isEqualTo(reference);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bf16", "bf16-cl"})
    void shouldHaveTheGradientsOfTheConvolutionOfTheLargerImage(String profile) {
        List<float[]> reference = gradients(NumericProfile.FLOAT32);
        List<float[]> found = gradients(NumericProfile.named(profile));

        for (int i = 0; i < reference.size(); i++) {
            float largest = 0;
            for (float value : reference.get(i)) {
                largest = Math.max(largest, Math.abs(value));
            }
            assertThat(largest).isPositive();
            assertThat(found.get(i)).containsExactly(reference.get(i), Offset.offset(0.03f * largest));
        }
    }

    @Test
    void shouldLeaveSingleAndDoublePrecisionAsTheyAre() {
        Network network = network();
        Value convolution = network.outputs().getFirst();
        Value image = convolution.inputs().getFirst();

        for (NumericProfile profile : List.of(NumericProfile.FLOAT32, NumericProfile.FLOAT32_PACKED,
                NumericProfile.FLOAT64)) {
            var doubled = new DoubledConvolutions(network, profile);
            assertThat(doubled.contains(convolution)).isFalse();
            assertThat(doubled.skips(image)).isFalse();
        }
        var doubled = new DoubledConvolutions(network, NumericProfile.BFLOAT16);
        assertThat(doubled.contains(convolution)).isTrue();
        assertThat(doubled.skips(image)).isTrue();
    }

    @Test
    void shouldKeepALargerImageThatIsReadElsewhere() {
        var graph = new Graph();
        Value image = graph.upsample(graph.input("x", List.of(3, 4, 5)));
        Value three = graph.conv2d(image, "three", 3, 6);
        Value one = graph.conv2d(image, "one", 1, 6);
        Value alone = graph.conv2d(graph.upsample(three), "alone", 1, 6);
        var doubled = new DoubledConvolutions(graph.build(graph.add(three, one), alone), NumericProfile.BFLOAT16);

        assertThat(doubled.contains(three)).isFalse();
        assertThat(doubled.contains(one)).isFalse();
        assertThat(doubled.contains(alone)).isFalse();
        assertThat(doubled.skips(image)).isFalse();
    }
}
