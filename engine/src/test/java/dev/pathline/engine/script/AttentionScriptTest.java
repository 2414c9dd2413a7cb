package dev.pathline.engine.script;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.pathline.engine.TestDevice;
import dev.pathline.engine.graph.Graph;
import dev.pathline.engine.graph.Network;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Attention of inference: keys of any length, and in bfloat16 and packed float32 no softmax where it need not be. */
class AttentionScriptTest {

    private static final int LENGTH = 21;
    private static final int WIDTH = 32;
    private static final int HEADS = 2;
    private static final int ROW = LENGTH * WIDTH;

    private static Network network() {
        var graph = new Graph();
        var values = List.of("q", "k", "v").stream().map(name -> graph.input(name, List.of(LENGTH, WIDTH))).toList();
        return graph.build(graph.attention(values.get(0), values.get(1), values.get(2), HEADS));
    }

    /** Numbers that bfloat16 holds exactly, so that precisions differ by what attention does alone. */
    private static float[] gaussian(long seed) {
        float[] values = TestDevice.gaussian(2 * ROW, seed);
        for (int i = 0; i < values.length; i++) {
            values[i] = Float.intBitsToFloat(Float.floatToIntBits(values[i]) & 0xffff0000);
        }
        return values;
    }

    /** Minus the size, zero or the size. */
    private static float[] signs(int size, long seed) {
        float[] values = new float[2 * ROW];
        var random = new SplittableRandom(seed);
        for (int i = 0; i < values.length; i++) {
            values[i] = size * random.nextInt(-1, 2);
        }
        return values;
    }

    /** The formula itself, in float64, for rows {@code [L,C]} of a query and {@code [M,C]} of keys and values. */
    private static double[] formula(float[] q, float[] k, float[] v, int length, int keys) {
        int headWidth = WIDTH / HEADS;
        double[] out = new double[length * WIDTH];
        for (int head = 0; head < HEADS; head++) {
            for (int i = 0; i < length; i++) {
                double[] scores = new double[keys];
                for (int j = 0; j < keys; j++) {
                    for (int c = head * headWidth; c < (head + 1) * headWidth; c++) {
                        scores[j] += (double) q[i * WIDTH + c] * k[j * WIDTH + c] / Math.sqrt(headWidth);
                    }
                }
                double largest = Arrays.stream(scores).max().orElseThrow();
                double[] weights = Arrays.stream(scores).map(score -> Math.exp(score - largest)).toArray();
                double sum = Arrays.stream(weights).sum();
                for (int c = head * headWidth; c < (head + 1) * headWidth; c++) {
                    for (int j = 0; j < keys; j++) {
                        out[i * WIDTH + c] += weights[j] / sum * v[j * WIDTH + c];
                    }
                }
            }
        }
        return out;
    }

    static Stream<Arguments> lengths() {
        return Stream
                .of(NumericProfile.FLOAT32, NumericProfile.FLOAT32_PACKED, NumericProfile.FLOAT64,
                        NumericProfile.BFLOAT16, NumericProfile.FLOAT16)
                .flatMap(profile -> Stream.of(new int[]{5, 9}, new int[]{9, 5}, new int[]{1, 7}, new int[]{7, 1},
                        new int[]{21, 21}).map(lengths -> Arguments.of(profile, lengths[0], lengths[1])));
    }

    /** Two rows, of which each must attend to its own keys. */
    @ParameterizedTest
    @MethodSource("lengths")
    void shouldAttendToKeysOfAnotherLength(NumericProfile profile, int length, int keys) {
        var graph = new Graph();
        var q = graph.input("q", List.of(length, WIDTH));
        var k = graph.input("k", List.of(keys, WIDTH));
        var v = graph.input("v", List.of(keys, WIDTH));
        Network network = graph.build(graph.attention(q, k, v, HEADS));
        assertThat(network.outputs().getFirst().shape()).containsExactly(length, WIDTH);
        assertThat(network.flops()).isEqualTo(4L * length * keys * WIDTH);
        float[] queries = Arrays.copyOf(gaussian(1), 2 * length * WIDTH);
        float[] places = Arrays.copyOf(gaussian(2), 2 * keys * WIDTH);
        float[] values = Arrays.copyOf(gaussian(3), 2 * keys * WIDTH);

        float[] output = TestDevice.on(() -> {
            try (NDManager manager = TestDevice.TORCH.newManager();
                    var program = new InferenceProgram(TestDevice.TORCH, network, profile)) {
                return floats(program.forward(manager,
                        List.of(manager.create(queries, new Shape(2, length, WIDTH)),
                                manager.create(places, new Shape(2, keys, WIDTH)),
                                manager.create(values, new Shape(2, keys, WIDTH))),
                        program.prepare(manager, List.of())).getFirst());
            }
        });

        double bound = profile.precision().bytes() > Short.BYTES ? 1e-5 : 0.03;
        for (int row = 0; row < 2; row++) {
            double[] expected = formula(part(queries, row), part(places, row), part(values, row), length, keys);
            for (int i = 0; i < expected.length; i++) {
                assertThat((double) part(output, row)[i]).isCloseTo(expected[i], Offset.offset(bound));
            }
        }
    }

    private static float[] floats(NDArray array) {
        return array.toType(DataType.FLOAT32, false).toFloatArray();
    }

    private static float[] part(float[] values, int row) {
        return Arrays.copyOfRange(values, row * values.length / 2, (row + 1) * values.length / 2);
    }

    private static float[] output(NumericProfile profile, float[]... inputs) {
        return TestDevice.on(() -> {
            try (NDManager manager = TestDevice.TORCH.newManager();
                    var program = new InferenceProgram(TestDevice.TORCH, network(), profile)) {
                var arrays = new ArrayList<NDArray>();
                for (float[] input : inputs) {
                    arrays.add(manager.create(input, new Shape(input.length / ROW, LENGTH, WIDTH)));
                }
                return program.forward(manager, arrays, program.prepare(manager, List.of())).getFirst().toFloatArray();
            }
        });
    }

    /** Whole scores below 256, which bfloat16 holds: a multiple of the step, and the shift that a softmax ignores. */
    @ParameterizedTest
    @CsvSource({"1, 0", "1, 30", "1, -30", "1, 60", "1, -60", "1, 120", "1, -120", "10, 0", "10, 60", "10, -60"})
    void shouldAgreeWithTheFormulaWhateverTheSizeOfTheScores(int step, float shift) {
        float[] q = signs(4 * step, 1);
        float[] k = signs(1, 2);
        for (int i = 0; i < q.length; i += WIDTH / HEADS) {
            q[i] = shift;
            k[i] = 4;
        }
        float[] v = gaussian(3);
        float[] expected = new float[2 * ROW];
        for (int row = 0; row < 2; row++) {
            double[] exact = formula(part(q, row), part(k, row), part(v, row), LENGTH, LENGTH);
            for (int i = 0; i < ROW; i++) {
                expected[row * ROW + i] = (float) exact[i];
            }
        }

        assertThat(output(NumericProfile.FLOAT32, q, k, v)).containsExactly(expected, Offset.offset(1e-5f));
        assertThat(output(NumericProfile.FLOAT32_PACKED, q, k, v)).containsExactly(expected, Offset.offset(4e-5f));
        assertThat(output(NumericProfile.BFLOAT16, q, k, v)).containsExactly(expected, Offset.offset(0.03f));
        assertThat(output(NumericProfile.FLOAT32, k, k, v)).isNotEqualTo(output(NumericProfile.FLOAT32, q, k, v));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bf16", "f32-packed"})
    void shouldNotLetARowOfLargeScoresChangeItsNeighbour(String name) {
        NumericProfile profile = NumericProfile.named(name);
        float[] q = gaussian(1);
        float[] k = gaussian(2);
        float[] v = gaussian(3);
        float[] tame = output(profile, q, k, v);
        for (float wild : new float[]{1000, -1000, Float.NaN, Float.POSITIVE_INFINITY}) {
            float[] other = q.clone();
            Arrays.fill(other, ROW, 2 * ROW, wild);

            float[] output = output(profile, other, k, v);

            assertThat(Arrays.copyOf(output, ROW)).isEqualTo(Arrays.copyOf(tame, ROW));
            assertThat(Arrays.copyOfRange(output, ROW, 2 * ROW)).isNotEqualTo(Arrays.copyOfRange(tame, ROW, 2 * ROW));
        }
    }

    /** Scores up to 1,000, far beyond what an exponential can be, each query's sum in another range. */
    @Test
    void shouldAttendWithScoresOfEverySizeInOneRow() {
        float[] q = gaussian(1);
        for (int i = 0; i < q.length; i++) {
            q[i] *= (float) Math.pow(2, i / WIDTH % LENGTH - 10);
        }
        float[] k = gaussian(2);
        float[] v = gaussian(3);

        float[] output = output(NumericProfile.FLOAT32_PACKED, q, k, v);

        for (int row = 0; row < 2; row++) {
            double[] expected = formula(part(q, row), part(k, row), part(v, row), LENGTH, LENGTH);
            for (int i = 0; i < ROW; i++) {
                // What a score of 1,000 is rounded by in single precision.
                assertThat((double) part(output, row)[i]).isCloseTo(expected[i], Offset.offset(1e-3));
            }
        }
    }
}
