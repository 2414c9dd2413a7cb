package dev.pathline.engine.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pathline.engine.graph.Op.Elementwise.Function;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What a graph promises: whatever does not fit is refused while it is built, by a sentence that names where. */
class GraphTest {

    private final Graph graph = new Graph();
    private final Value image = graph.input("x", List.of(4, 6, 6));
    private final Value tokens = graph.toTokens(image);
    private final Value time = graph.timeInput("time");
    private final Value label = graph.labelInput("label");
    private final Value vector = graph.globalAveragePool(image);

    private interface Building {
        Object build();
    }

    private final List<DynamicTest> refused = new ArrayList<>();

    private void refuse(String message, Building building) {
        refused.add(DynamicTest.dynamicTest(message, () -> assertThatThrownBy(building::build)
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining(message)));
    }

    @TestFactory
    Stream<DynamicTest> shouldRefuseWhatDoesNotFit() {
        refuse("x: is an input already", () -> graph.input("x", List.of(2)));
        refuse("needs dimensions of at least 1, got [3, 0]", () -> graph.input("y", List.of(3, 0)));
        refuse("c: needs an image [C,H,W], got [4]", () -> graph.conv2d(vector, "c", 3, 2));
        // A division that rounds towards zero would make one row of none.
        refuse("c: needs an input of at least 7 pixels, got [4, 6, 6]",
                () -> graph.conv2d(image, "c", 7, 2, 2, 0, null));
        refuse("c: needs a kernel, a stride", () -> graph.conv2d(image, "c", 3, 2, 0, 1, null));
        refuse("c: needs a kernel, a stride", () -> graph.conv2d(image, "c", 3, 0));
        refuse("c: needs a kernel, a stride", () -> graph.conv2d(image, "c", 3, 2, 1, -1, null));
        refuse("l: needs a vector, got a scalar", () -> graph.linear(time, "l", 3));
        refuse("l: needs at least 1 result", () -> graph.linear(vector, "l", 0));
        refuse("layerNorm: needs a vector", () -> graph.layerNorm(time, 1e-5));
        refuse("n: 4 channels cannot be divided into 3 groups", () -> graph.groupNorm(image, "n", 3, 1e-5));
        refuse("w: needs dimensions of at least 1", () -> graph.weight("w", List.of(2, -1), Initializer.ZEROS));
        refuse("add: shapes do not fit: [4] and [36, 4]", () -> graph.add(vector, tokens));
        refuse("multiply: shapes do not fit", () -> graph.multiply(image, graph.slice(image, 1, 0, 2)));
        refuse("divide: shapes do not fit", () -> graph.divide(image, graph.slice(image, 2, 0, 5)));
        refuse("sum: [4] has no dimension 1", () -> graph.sum(vector, 1));
        refuse("softmax: needs a vector", () -> graph.softmax(time));
        refuse("reshape: [4] does not fit into [2, 3]", () -> graph.reshape(vector, 2, 3));
        refuse("reshape: [4] does not fit into [-2, -2]", () -> graph.reshape(vector, -2, -2));
        refuse("permute: [0, 0] is no order", () -> graph.permute(tokens, 0, 0));
        refuse("slice: [4] has no dimension 1", () -> graph.slice(vector, 1, 0, 1));
        refuse("slice: 2147483647 elements from 2 on", () -> graph.slice(vector, 0, 2, Integer.MAX_VALUE));
        refuse("chunk: [4] has no dimension 3", () -> graph.chunk(vector, 3, 2));
        refuse("chunk: needs at least 1 part", () -> graph.chunk(vector, 0, 0));
        refuse("chunk: dimension 0 of [4] cannot be divided into 3", () -> graph.chunk(vector, 0, 3));
        refuse("addPerChannel: [4, 6, 6] and [36, 4] do not fit", () -> graph.addPerChannel(image, tokens));
        refuse("concat: needs an image [C,H,W], got [4]", () -> graph.concat(vector, image));
        refuse("concat: needs an image [C,H,W], got [36, 4]", () -> graph.concat(image, tokens));
        refuse("concat: sizes differ", () -> graph.concat(image, graph.upsample(image)));
        refuse("upsample: needs an image", () -> graph.upsample(tokens));
        refuse("downsample: [4, 1, 6] is too small", () -> graph.downsample(graph.slice(image, 1, 0, 1)));
        refuse("padRightBottom: needs an image", () -> graph.padRightBottom(vector));
        refuse("toTokens: needs an image", () -> graph.toTokens(tokens));
        refuse("fromTokens: [36, 4] does not hold 5 x 7 positions", () -> graph.fromTokens(tokens, 5, 7));
        refuse("fromTokens: [36, 4] does not hold -6 x -6 positions", () -> graph.fromTokens(tokens, -6, -6));
        refuse("addPositions: [36, 4] does not hold -6 x -6 positions", () -> graph.addPositions(tokens, -6, -6));
        refuse("addPositions: 6 channels cannot be divided by 4",
                () -> graph.addPositions(graph.linear(tokens, "six", 6), 6, 6));
        attention();
        refuse("sinusoid: needs one number a row, got [4]", () -> graph.sinusoid(vector, 4, true, 0));
        refuse("sinusoid: needs a width of at least 2", () -> graph.sinusoid(time, 1, true, 0));
        refuse("sinusoid: a frequency shift of 2.0 divides by zero", () -> graph.sinusoid(time, 4, true, 2));
        refuse("logFourier: needs one number a row", () -> graph.logFourier(vector, graph.frequencies("f", 3, 1)));
        refuse("logFourier: needs frequencies [D], got [36, 4]", () -> graph.logFourier(time, tokens));
        refuse("nearest: needs one number a row", () -> graph.nearest(vector));
        refuse("e: needs a label, got Input[name=time", () -> graph.embedding(time, "e", 3, 4));
        refuse("e.weight: needs dimensions of at least 1, got [0, 4]", () -> graph.embedding(label, "e", 0, 4));
        refuse("globalAveragePool: needs an image", () -> graph.globalAveragePool(tokens));
        refuse("module: takes 1 values of 2 types", () -> graph.module(Path.of("m.pt"), List.of(image),
                List.of(ElementType.FLOAT32, ElementType.FLOAT32), false, List.of(1)));
        refuse("twice.weight: is there twice", () -> {
            graph.linear(vector, "twice", 2);
            return graph.linear(vector, "twice", 2);
        });
        Value other = new Graph().input("x", List.of(4, 6, 6));
        refuse("is a value of another graph", () -> graph.silu(other));
        refuse("is a value of another graph", () -> graph.build(other));
        refuse("build: needs an input and an output", graph::build);
        return refused.stream();
    }

    private void attention() {
        Value few = graph.slice(tokens, 0, 0, 5);
        Value wide = graph.linear(tokens, "wide", 8);
        refuse("attention: needs a query [L,C] and a key [M,C] of as many channels, got [36, 4] and [36, 8]",
                () -> graph.attention(tokens, wide, wide, 2));
        refuse("attention: needs a query [L,C] and a key", () -> graph.attention(vector, tokens, tokens, 2));
        refuse("attention: needs a query [L,C] and a key", () -> graph.attention(tokens, image, image, 2));
        refuse("attention: key and value must have one shape, not [36, 4] and [5, 4]",
                () -> graph.attention(tokens, tokens, few, 2));
        refuse("attention: key and value must have one shape, not [36, 4] and [36, 8]",
                () -> graph.attention(tokens, tokens, wide, 2));
        refuse("attention: 4 channels cannot be divided into 3 heads",
                () -> graph.attention(tokens, tokens, tokens, 3));
        refuse("attention: 4 channels cannot be divided into 0 heads",
                () -> graph.attention(tokens, tokens, tokens, 0));
    }

    @Test
    void shouldKnowTheShapesOfWhatFits() {
        Value few = graph.slice(tokens, 0, 0, 5);
        assertThat(graph.attention(few, tokens, tokens, 2).shape()).containsExactly(5, 4);
        assertThat(graph.attention(tokens, few, few, 2).shape()).containsExactly(36, 4);
        assertThat(graph.conv2d(image, "c", 3, 5, 2, 0, null).shape()).containsExactly(5, 2, 2);
        assertThat(graph.conv2d(image, "whole", 6, 5, 2, 0, null).shape()).containsExactly(5, 1, 1);
        assertThat(graph.embedding(graph.nearest(time), "e", 3, 4).shape()).containsExactly(4);
        assertThat(graph.map(Function.COS, time).shape()).isEmpty();
        assertThat(graph.permute(image, 1, 2, 0).shape()).containsExactly(6, 6, 4);
    }

    /** Scores and what they weigh: two products of L by C by M, each a multiplication and an addition. */
    @Test
    void shouldCountTheOperationsOfAttentionByBothLengths() {
        assertThat(attentionFlops(7, 7)).isEqualTo(4 * 7 * 7 * 8);
        assertThat(attentionFlops(7, 3)).isEqualTo(4 * 7 * 3 * 8);
        assertThat(attentionFlops(3, 7)).isEqualTo(4 * 3 * 7 * 8);
        // Query, key, value, their scores for each head, and the result.
        assertThat(attention(3, 7).liveNumbers()).isEqualTo(3 * 8 + 2 * 7 * 8 + 2 * 3 * 7 + 3 * 8);
    }

    private static long attentionFlops(int length, int keys) {
        return attention(length, keys).flops();
    }

    private static Network attention(int length, int keys) {
        var graph = new Graph();
        Value query = graph.input("q", List.of(length, 8));
        return graph.build(graph.attention(query, graph.input("k", List.of(keys, 8)),
                graph.input("v", List.of(keys, 8)), 2));
    }
}
