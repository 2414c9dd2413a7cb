package dev.pathline.engine.script;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.pathline.engine.TestDevice;
import dev.pathline.engine.objective.Recipe;
import dev.pathline.engine.graph.Graph;
import dev.pathline.engine.graph.Network;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** The optimiser inside the script, against the formulas written out in float64. */
class AdamWTest {

    private static final double BETA1 = 0.9;
    private static final double BETA2 = 0.99;
    private static final double EPSILON = 1e-3;
    private static final double DECAY = 0.1;
    private static final double CLIP = 0.5;
    private static final double RATE = 0.01;
    private static final double KEEP = 0.75;

    /** {@code F = w x + b}, x = x0 (alpha 1, sigma 0), target eps: so every gradient is known. */
    private static Network line() {
        var graph = new Graph();
        dev.pathline.engine.graph.Value x = graph.input("x", List.of(1));
        graph.timeInput("time");
        return graph.build(graph.linear(x, "line", 1));
    }

    @Test
    void shouldFollowTheFormulas() {
        double[] data = {1, -2};
        double[] target = {3, 5};
        TestDevice.on(() -> {
            try (NDManager manager = TestDevice.TORCH.newManager();
                    var program = new TrainingProgram(TestDevice.TORCH, task(1))) {
                double[] w = {0.5, -0.25};
                double[] m = new double[2];
                double[] v = new double[2];
                double[] ema = w.clone();
                var state = state(manager, w);
                for (int step = 1; step <= 4; step++) {
                    double[] g = new double[2];
                    double[] rows = new double[2];
                    for (int i = 0; i < 2; i++) {
                        double d = w[0] * data[i] + w[1] - target[i];
                        rows[i] = d * d;
                        g[0] += d * data[i];
                        g[1] += d;
                    }
                    double norm = Math.hypot(g[0], g[1]);
                    for (int k = 0; k < 2; k++) {
                        double clipped = g[k] * Math.min(1, CLIP / (norm + 1e-6));
                        m[k] = BETA1 * m[k] + (1 - BETA1) * clipped;
                        v[k] = BETA2 * v[k] + (1 - BETA2) * clipped * clipped;
                        w[k] -= RATE * DECAY * w[k];
                        w[k] -= RATE * (m[k] / (1 - Math.pow(BETA1, step)))
                                / (Math.sqrt(v[k] / (1 - Math.pow(BETA2, step))) + EPSILON);
                        ema[k] = KEEP * ema[k] + (1 - KEEP) * w[k];
                    }
                    NDList out = program.step(manager, samples(manager, data, target), state,
                            new TrainingProgram.Step(RATE, List.of(KEEP, 0.0), step));

                    assertThat(out.get(0).toFloatArray()[1]).isCloseTo((float) rows[1], Offset.offset(1e-4f));
                    assertThat(out.get(1).getFloat()).isCloseTo((float) norm, Offset.offset(1e-4f));
                    for (int k = 0; k < 2; k++) {
                        assertThat(state.weights().get(k).toFloatArray()[0]).isCloseTo((float) w[k],
                                Offset.offset(1e-6f));
                        assertThat(state.averages().get(0).get(k).toFloatArray()[0]).isCloseTo((float) ema[k],
                                Offset.offset(1e-6f));
                        assertThat(state.averages().get(1).get(k).toFloatArray())
                                .isEqualTo(state.weights().get(k).toFloatArray());
                    }
                }
            }
            return null;
        });
    }

    @Test
    void shouldChangeNothingWhenTheGradientIsNotFinite() {
        TestDevice.on(() -> {
            try (NDManager manager = TestDevice.TORCH.newManager();
                    var program = new TrainingProgram(TestDevice.TORCH, task(1))) {
                var state = state(manager, new double[]{0.5, -0.25});
                NDList out = program.step(manager,
                        samples(manager, new double[]{Double.NaN}, new double[]{1}), state,
                        new TrainingProgram.Step(RATE, List.of(KEEP, 0.0), 1));

                assertThat(out.get(1).getFloat()).isNaN();
                assertThat(state.weights().getFirst().toFloatArray()).containsExactly(0.5f);
                assertThat(state.firstMoments().getFirst().toFloatArray()).containsExactly(0);
            }
            return null;
        });
    }

    private static NDArray column(NDManager manager, double[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = (float) values[i];
        }
        return manager.create(floats, new Shape(values.length, 1));
    }

    private static TrainingProgram.State state(NDManager manager, double[] w) {
        return new TrainingProgram.State(pair(manager, w), pair(manager, new double[2]), pair(manager, new double[2]),
                List.of(pair(manager, w), pair(manager, w)));
    }

    private static TrainingProgram.Task task(int microBatches) {
        return new TrainingProgram.Task(line(), NumericProfile.FLOAT32,
                new TrainingProgram.Loss.Target(Recipe.plain(false)),
                new TrainingProgram.AdamW(BETA1, BETA2, EPSILON, DECAY, CLIP), 2, microBatches);
    }

    /** The network sees the data as they are, and is to give the target. */
    private static TrainingProgram.Samples samples(NDManager manager, double[] data, double[] target) {
        float[] coefficients = new float[data.length * 8];
        for (int i = 0; i < data.length; i++) {
            coefficients[i * 8] = 1;
            coefficients[i * 8 + 2] = 1;
            coefficients[i * 8 + 5] = 1;
            coefficients[i * 8 + 6] = 1;
        }
        return new TrainingProgram.Samples(column(manager, data), column(manager, target),
                manager.create(coefficients, new Shape(data.length, 8)), Map.of(), Map.of());
    }

    private static List<NDArray> pair(NDManager manager, double[] values) {
        return List.of(manager.create(new float[]{(float) values[0]}, new Shape(1, 1)),
                manager.create(new float[]{(float) values[1]}, new Shape(1)));
    }
}
