package dev.pathline.engine.script;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.pathline.engine.TestDevice;
import dev.pathline.engine.graph.Graph;
import dev.pathline.engine.graph.Network;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Group norms of images whose mean is far larger than their deviation, where a mean of squares loses it. */
class GroupNormScriptTest {

    private static final int CHANNELS = 32;
    private static final int GROUPS = 8;
    private static final int SIZE = 12;
    private static final int ROW = CHANNELS * SIZE * SIZE;
    private static final double EPSILON = 1e-5;

    private static final Network NETWORK = network();

    private static Network network() {
        var graph = new Graph();
        return graph.build(graph.groupNorm(graph.input("x", List.of(CHANNELS, SIZE, SIZE)), "norm", GROUPS, EPSILON));
    }

    /** Rows of deviation 1, one after the other, each with its own mean. */
    private static float[] images(double... means) {
        float[] values = TestDevice.gaussian(means.length * ROW, 1);
        for (int i = 0; i < values.length; i++) {
            values[i] += (float) means[i / ROW];
        }
        return values;
    }

    /** The formula in float64, without scale and shift, for one row. */
    private static double[] formula(float[] x) {
        double[] out = new double[ROW];
        int group = ROW / GROUPS;
        for (int start = 0; start < ROW; start += group) {
            double mean = 0;
            for (int i = start; i < start + group; i++) {
                mean += x[i] / (double) group;
            }
            double variance = 0;
            for (int i = start; i < start + group; i++) {
                variance += Math.pow(x[i] - mean, 2) / group;
            }
            for (int i = start; i < start + group; i++) {
                out[i] = (x[i] - mean) / Math.sqrt(variance + EPSILON);
            }
        }
        return out;
    }

    private static List<NDArray> plain(NDManager manager, DataType type) {
        return List.of(manager.ones(new Shape(CHANNELS), type), manager.zeros(new Shape(CHANNELS), type));
    }

    private static float[] output(NumericProfile profile, float[] x) {
        return TestDevice.on(() -> {
            try (NDManager manager = TestDevice.TORCH.newManager();
                    var program = new InferenceProgram(TestDevice.TORCH, NETWORK, profile)) {
                NDArray input = manager.create(x, new Shape(x.length / ROW, CHANNELS, SIZE, SIZE));
                return program.forward(manager, List.of(input),
                        program.prepare(manager, plain(manager, DataType.FLOAT32))).getFirst().toFloatArray();
            }
        });
    }

    private static double error(float[] output, float[] x) {
        double largest = 0;
        for (int row = 0; row < x.length / ROW; row++) {
            double[] expected = formula(row(x, row));
            for (int i = 0; i < ROW; i++) {
                largest = Math.max(largest, Math.abs(output[row * ROW + i] - expected[i]));
            }
        }
        return largest;
    }

    private static float[] row(float[] x, int row) {
        return Arrays.copyOfRange(x, row * ROW, (row + 1) * ROW);
    }

    /** At a mean of 5 the sums still hold; at one of 10,000 the numbers themselves are rounded to a thousandth, as given. */
    @ParameterizedTest
    @CsvSource({"f32, 0", "f32, 5", "f32, 100", "f32, 10000", "f32-cl, 0", "f32-cl, 5", "f32-cl, 100", "f32-cl, 10000",
        "f32-packed, 0", "f32-packed, 5", "f32-packed, 6", "f32-packed, -100", "f32-packed, 10000"})
    void shouldNotLoseTheDeviationBesideTheMean(String profile, double mean) {
        float[] x = images(mean, 0);

        // The mean is known to a unit in its last place.
        double bound = 1e-5 + Math.abs(mean) * 0x1p-22;
        assertThat(error(output(NumericProfile.named(profile), x), x)).isLessThan(bound);
    }

    @Test
    void shouldTakeImagesThatAreOneNumber() {
        float[] x = new float[2 * ROW];
        Arrays.fill(x, ROW, 2 * ROW, 0.3f);

        assertThat(output(NumericProfile.FLOAT32_PACKED, x)).containsExactly(new float[2 * ROW], Offset.offset(1e-5f));
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e4, Double.NaN, Double.POSITIVE_INFINITY})
    void shouldNotLetARowWithALargeMeanChangeItsNeighbour(double mean) {
        for (NumericProfile profile : List.of(NumericProfile.FLOAT32_PACKED, NumericProfile.FLOAT32_CHANNELS_LAST)) {
            float[] tame = output(profile, images(0, 0));
            float[] output = output(profile, images(0, mean));

            assertThat(row(output, 0)).as(profile.name()).isEqualTo(row(tame, 0));
            assertThat(row(output, 1)).as(profile.name()).isNotEqualTo(row(tame, 1));
        }
    }

    /** The gradient of the input, for which libtorch takes sums likewise on channels-last memory. */
    @Test
    void shouldHaveTheDerivativeBesideALargeMean() {
        float[] x = images(100, 0);
        float[] expected = gradient(NumericProfile.FLOAT64, x);

        for (NumericProfile profile : List.of(NumericProfile.FLOAT32, NumericProfile.FLOAT32_CHANNELS_LAST)) {
            assertThat(TestDevice.maxDifference(gradient(profile, x), expected)).as(profile.name()).isLessThan(1e-4);
        }
        assertThat(TestDevice.maxDifference(expected, new float[expected.length])).isGreaterThan(1);
    }

    private static float[] gradient(NumericProfile profile, float[] x) {
        DataType type = profile.equals(NumericProfile.FLOAT64) ? DataType.FLOAT64 : DataType.FLOAT32;
        var shape = new Shape(x.length / ROW, CHANNELS, SIZE, SIZE);
        return TestDevice.on(() -> {
            try (NDManager manager = TestDevice.TORCH.newManager();
                    var program = new DerivativeProgram(TestDevice.TORCH, NETWORK, profile)) {
                var results = program.vjp(manager, List.of(manager.create(x, shape).toType(type, true)),
                        List.of(manager.create(TestDevice.gaussian(x.length, 2), shape).toType(type, true)),
                        plain(manager, type));
                return results.inputs().values().iterator().next().toType(DataType.FLOAT32, true).toFloatArray();
            }
        });
    }
}
