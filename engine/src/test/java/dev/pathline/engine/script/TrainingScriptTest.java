package dev.pathline.engine.script;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.pathline.engine.TestDevice;
import dev.pathline.engine.objective.Recipe;
import dev.pathline.engine.graph.Graph;
import dev.pathline.engine.graph.Network;
import dev.pathline.engine.graph.Parameter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class TrainingScriptTest {

    private static final TrainingProgram.AdamW ADAM = new TrainingProgram.AdamW(0.9, 0.99, 1e-8, 0, 1e9);

    private static Network network() {
        var graph = new Graph();
        var x = graph.input("x", List.of(3));
        graph.timeInput("time");
        return graph.build(graph.linear(graph.silu(graph.linear(x, "first", 8)), "second", 3));
    }

    private static TrainingProgram.Task task(boolean learnsUncertainty, int microBatches) {
        return new TrainingProgram.Task(network(), NumericProfile.FLOAT32,
                new TrainingProgram.Loss.Target(Recipe.plain(learnsUncertainty)), ADAM, 1, microBatches);
    }

    private static TrainingProgram.State state(NDManager manager, TrainingProgram.Task task) {
        var random = new SplittableRandom(3);
        return new TrainingProgram.State(arrays(manager, task, random), arrays(manager, task, null),
                arrays(manager, task, null), List.of(arrays(manager, task, null)));
    }

    private static List<NDArray> arrays(NDManager manager, TrainingProgram.Task task, SplittableRandom random) {
        var arrays = new ArrayList<NDArray>();
        for (Parameter parameter : task.parameters()) {
            float[] values = new float[(int) parameter.size()];
            for (int i = 0; random != null && !parameter.name().startsWith("uncertainty") && i < values.length; i++) {
                values[i] = (float) random.nextGaussian();
            }
            arrays.add(manager.create(values,
                    new Shape(parameter.shape().stream().mapToLong(Integer::longValue).toArray())));
        }
        return arrays;
    }

    /** Rows of two noise levels, far apart, whose targets are noise of another size. */
    private static TrainingProgram.Samples samples(NDManager manager, int rows, long seed) {
        var random = new SplittableRandom(seed);
        float[] data = new float[rows * 3];
        float[] noise = new float[rows * 3];
        float[] coefficients = new float[rows * 8];
        for (int i = 0; i < data.length; i++) {
            data[i] = (float) random.nextGaussian();
            noise[i] = (float) random.nextGaussian();
        }
        for (int i = 0; i < rows; i++) {
            boolean loud = i % 2 == 1;
            float[] row = {1, 0, 1, 0, 0, loud ? 3 : 0.5f, 1, loud ? 4 : -4};
            System.arraycopy(row, 0, coefficients, i * 8, 8);
        }
        return new TrainingProgram.Samples(manager.create(data, new Shape(rows, 3)),
                manager.create(noise, new Shape(rows, 3)), manager.create(coefficients, new Shape(rows, 8)), Map.of(),
                Map.of());
    }

    private static List<float[]> trained(int microBatches) {
        return TestDevice.on(() -> {
            TrainingProgram.Task task = task(false, microBatches);
            try (NDManager manager = TestDevice.TORCH.newManager();
                    var program = new TrainingProgram(TestDevice.TORCH, task)) {
                TrainingProgram.State state = state(manager, task);
                var result = new ArrayList<float[]>();
                for (int step = 1; step <= 3; step++) {
                    var out = program.step(manager, samples(manager, 12, step), state,
                            new TrainingProgram.Step(1e-3, List.of(0.5), step));
                    result.add(out.get(0).toFloatArray());
                    result.add(out.get(1).toFloatArray());
                }
                state.weights().forEach(weight -> result.add(weight.toFloatArray()));
                return result;
            }
        });
    }

    @Test
    void shouldAddUpTheGradientsOfMicroBatches() {
        List<float[]> whole = trained(1);
        for (int parts : new int[]{2, 4}) {
            List<float[]> cut = trained(parts);
            for (int i = 0; i < whole.size(); i++) {
                assertThat(cut.get(i)).containsExactly(whole.get(i), Offset.offset(1e-4f));
            }
        }
    }

    @Test
    void shouldLearnTheErrorOfEachNoiseLevel() {
        TestDevice.on(() -> {
            TrainingProgram.Task task = task(true, 1);
            try (NDManager manager = TestDevice.TORCH.newManager();
                    var program = new TrainingProgram(TestDevice.TORCH, task)) {
                TrainingProgram.State state = state(manager, task);
                for (int step = 1; step <= 800; step++) {
                    try (NDManager scratch = manager.newSubManager()) {
                        program.step(scratch, samples(scratch, 64, step), state,
                                new TrainingProgram.Step(0.03, List.of(0.5), step));
                    }
                }
                float[] numbers = state.weights().getLast().toFloatArray();
                // Bells at -4 and 4 are the ninth and the twenty-fifth; exp(u) is the error there (arXiv 2312.02696).
                assertThat(Math.exp(numbers[24]) / Math.exp(numbers[8])).isBetween(18.0, 70.0);
                assertThat(Math.exp(numbers[8])).isBetween(0.12, 0.5);
                assertThat(Math.abs(numbers[16])).as("no row was near").isLessThan(0.05f);
            }
            return null;
        });
    }
}
