package dev.pathline.engine.script;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.pathline.engine.TestDevice;
import dev.pathline.engine.graph.Graph;
import dev.pathline.engine.graph.Network;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Attention of inference in bfloat16, which takes no softmax where it need not. */
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
    void shouldAgreeWithFloat32WhateverTheSizeOfTheScores(int step, float shift) {
        float[] q = signs(4 * step, 1);
        float[] k = signs(1, 2);
        for (int i = 0; i < q.length; i += WIDTH / HEADS) {
            q[i] = shift;
            k[i] = 4;
        }
        float[] v = gaussian(3);
        float[] reference = output(NumericProfile.FLOAT32, q, k, v);

        assertThat(output(NumericProfile.BFLOAT16, q, k, v)).containsExactly(reference, Offset.offset(0.03f));
        assertThat(reference).isNotEqualTo(output(NumericProfile.FLOAT32, k, k, v));
    }

    @Test
    void shouldNotLetARowOfLargeScoresChangeItsNeighbour() {
        float[] q = gaussian(1);
        float[] k = gaussian(2);
        float[] v = gaussian(3);
        float[] tame = output(NumericProfile.BFLOAT16, q, k, v);
        for (float wild : new float[]{1000, -1000, Float.NaN, Float.POSITIVE_INFINITY}) {
            float[] other = q.clone();
            Arrays.fill(other, ROW, 2 * ROW, wild);

            float[] output = output(NumericProfile.BFLOAT16, other, k, v);

            assertThat(Arrays.copyOf(output, ROW)).isEqualTo(Arrays.copyOf(tame, ROW));
            assertThat(Arrays.copyOfRange(output, ROW, 2 * ROW)).isNotEqualTo(Arrays.copyOfRange(tame, ROW, 2 * ROW));
        }
    }
}
