package dev.pathline.engine.script;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.pathline.engine.TestDevice;
import dev.pathline.engine.graph.Graph;
import dev.pathline.engine.graph.Network;
import dev.pathline.engine.graph.Value;
import dev.pathline.engine.script.NumericProfile.Precision;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Convolutions of any number of channels, against float64, which libtorch computes by other means. */
class WholeBlocksTest {

    private static final int BATCH = 3;
    private static final int SIZE = 14;

    /** Two convolutions in a row, so that the second one's input has a gradient, too; the second may read a doubled image. */
    private static Network network(int in, int between, int out, int kernel, int stride, boolean doubled) {
        var graph = new Graph();
        Value h = graph.silu(graph.conv2d(graph.input("x", List.of(in, SIZE, SIZE)), "first", kernel, between, stride,
                kernel / 2, null));
        return graph.build(graph.conv2d(doubled ? graph.upsample(h) : h, "second", kernel, out));
    }

    private static double error(float[] a, float[] reference) {
        double error = 0;
        double norm = 0;
        for (int i = 0; i < reference.length; i++) {
            error += Math.pow(a[i] - reference[i], 2);
            norm += Math.pow(reference[i], 2);
        }
        assertThat(norm).isPositive();
        return Math.sqrt(error / norm);
    }

    private static double bound(NumericProfile profile) {
        return switch (profile.precision()) {
            case BFLOAT16 -> 0.02;
            case FLOAT16 -> 0.006;
            default -> 1e-5;
        };
    }

    private static float[] x(Network network) {
        return TestDevice.gaussian(BATCH * network.inputs().getFirst().channels() * SIZE * SIZE, 1);
    }

    private static Shape shape(Network network) {
        return new Shape(BATCH, network.inputs().getFirst().channels(), SIZE, SIZE);
    }

    /** The output, and the gradients of the input and of every weight. */
    private static List<float[]> derivatives(Network network, NumericProfile profile) {
        DataType type = profile.precision() == Precision.FLOAT64 ? DataType.FLOAT64 : DataType.FLOAT32;
        return TestDevice.on(() -> {
            try (NDManager manager = TestDevice.TORCH.newManager();
                    var program = new DerivativeProgram(TestDevice.TORCH, network, profile)) {
                List<NDArray> weights = TestDevice
                        .onDevice(manager, network, TestDevice.randomWeights(network, 3)).stream()
                        .map(w -> w.toType(type, true)).toList();
                Value y = network.outputs().getFirst();
                int side = y.dim(1);
                NDArray cotangent = manager.create(TestDevice.gaussian(BATCH * y.channels() * side * side, 2),
                        new Shape(BATCH, y.channels(), side, side)).toType(type, true);
                var results = program.vjp(manager,
                        List.of(manager.create(x(network), shape(network)).toType(type, true)), List.of(cotangent),
                        weights);
                var all = new ArrayList<float[]>();
                all.add(results.values().getFirst().toType(DataType.FLOAT32, true).toFloatArray());
                results.inputs().values().forEach(g -> all.add(g.toType(DataType.FLOAT32, true).toFloatArray()));
                results.weights().forEach(g -> all.add(g.toType(DataType.FLOAT32, true).toFloatArray()));
                return all;
            }
        });
    }

    private static float[] inference(Network network, NumericProfile profile) {
        return TestDevice.on(() -> {
            try (NDManager manager = TestDevice.TORCH.newManager();
                    var program = new InferenceProgram(TestDevice.TORCH, network, profile)) {
                return program.forward(manager, List.of(manager.create(x(network), shape(network))),
                        program.prepare(manager,
                                TestDevice.onDevice(manager, network, TestDevice.randomWeights(network, 3))))
                        .getFirst().toFloatArray();
            }
        });
    }

    @ParameterizedTest
    @CsvSource({"1, 32, 1, 3, 1, false", "3, 32, 3, 3, 1, false", "4, 17, 4, 3, 1, false", "40, 24, 40, 3, 2, false",
        "48, 80, 48, 3, 2, false",
        "1, 32, 1, 1, 1, false", "20, 33, 20, 1, 2, false", "1, 17, 3, 3, 1, true", "16, 32, 16, 3, 1, true"})
    void shouldBeExactForAnyNumberOfChannels(int in, int between, int out, int kernel, int stride, boolean doubled) {
        Network network = network(in, between, out, kernel, stride, doubled);
        List<float[]> reference = derivatives(network, NumericProfile.FLOAT64);

        for (NumericProfile profile : NumericProfile.ALL) {
            if (profile.precision() == Precision.FLOAT64 || !TestDevice.runs(profile)) {
                continue;
            }
            assertThat(error(inference(network, profile), reference.getFirst())).as("inference, " + profile.name())
                    .isLessThan(bound(profile));
            if (!profile.packed()) {
                List<float[]> derivatives = derivatives(network, profile);
                for (int i = 0; i < reference.size(); i++) {
                    assertThat(error(derivatives.get(i), reference.get(i)))
                            .as("derivative " + i + ", " + profile.name())
                            .isLessThan(bound(profile));
                }
            }
        }
    }
}
