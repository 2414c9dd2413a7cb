package dev.pathline.engine.script;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.pathline.engine.TestDevice;
import dev.pathline.engine.graph.Graph;
import dev.pathline.engine.graph.Network;
import dev.pathline.engine.graph.Value;
import java.util.List;
import java.util.Map;

/** A small U-Net of every kind of block, with classes, two times in low frequencies (0.25 to 25 radians) and attention. */
final class SmallFlowMap {

    /** Pairs of a time and a target, near both ends and in between; one is degenerate. */
    static final double[][] TIMES = {{1e-3, 0}, {0.25, 0.1}, {0.5, 0.5}, {0.8, 0}, {0.999, 0.3}, {1, 0.001}};

    private static final int CHANNELS = 16;
    private static final Shape SHAPE = new Shape(TIMES.length, 2, 8, 8);

    static final Network NETWORK = build();

    private SmallFlowMap() {}

    private static Network build() {
        var graph = new Graph();
        Value x = graph.input("x", List.of(2, 8, 8));
        Value time = graph.timeInput("time");
        Value target = graph.targetInput();
        Value span = graph.add(time, graph.affine(target, -1, 0));
        Value embedding = graph.add(embed(graph, time, "time"), embed(graph, span, "span"));
        embedding = graph.silu(graph.add(embedding, graph.embedding(graph.labelInput("label"), "classes", 3, 32)));

        Value skip = residual(graph, graph.conv2d(x, "in", 3, CHANNELS), embedding, "down");
        Value h = residual(graph, graph.conv2d(skip, "smaller", 3, CHANNELS, 2, 1, null), embedding, "low");
        h = graph.add(h, attend(graph, graph.groupNorm(h, "norm", 4, 1e-5)));
        h = residual(graph, graph.concat(graph.upsample(h), skip), embedding, "up");
        return graph.build(graph.conv2d(graph.silu(graph.groupNorm(h, "norm_out", 4, 1e-5)), "out", 3, 2));
    }

    private static Value embed(Graph graph, Value time, String name) {
        Value features = graph.sinusoid(graph.affine(time, 25, 0), 16, true, 0);
        return graph.linear(graph.silu(graph.linear(features, name + ".1", 32)), name + ".2", 32);
    }

    private static Value residual(Graph graph, Value x, Value embedding, String name) {
        Value h = graph.conv2d(graph.silu(graph.groupNorm(x, name + ".norm1", 4, 1e-5)), name + ".conv1", 3, CHANNELS);
        h = graph.addPerChannel(h, graph.linear(embedding, name + ".emb", CHANNELS));
        h = graph.conv2d(graph.silu(graph.groupNorm(h, name + ".norm2", 4, 1e-5)), name + ".conv2", 3, CHANNELS);
        return graph.add(h, x.channels() == CHANNELS ? x : graph.conv2d(x, name + ".skip", 1, CHANNELS));
    }

    private static Value attend(Graph graph, Value x) {
        Value tokens = graph.toTokens(x);
        Value h = graph.attention(graph.linear(tokens, "q", CHANNELS), graph.linear(tokens, "k", CHANNELS),
                graph.linear(tokens, "v", CHANNELS), 2);
        return graph.fromTokens(graph.linear(h, "o", CHANNELS), x.dim(1), x.dim(2));
    }

    /** The same random weights in any type. */
    static List<NDArray> weights(NDManager manager, DataType type) {
        return TestDevice.onDevice(manager, NETWORK, TestDevice.randomWeights(NETWORK, 3)).stream()
                .map(w -> w.toType(type, false)).toList();
    }

    /** A point at {@link #TIMES}: x, time, target, label. */
    static List<NDArray> inputs(NDManager manager, DataType type) {
        long[] labels = {0, 1, 2, 0, 1, 2};
        return List.of(gaussian(manager, 1, type), column(manager, 0, type), column(manager, 1, type),
                manager.create(labels));
    }

    /** A direction in x, time and target. */
    static Map<String, NDArray> directions(NDManager manager, DataType type) {
        double[] dt = {1, 1, -1, 0.5, 1, 1};
        double[] dr = {0.5, 1, 1, -1, 0.3, -0.7};
        return Map.of("x", gaussian(manager, 2, type), "time", manager.create(dt).toType(type, false), "target",
                manager.create(dr).toType(type, false));
    }

    private static NDArray gaussian(NDManager manager, long seed, DataType type) {
        return manager.create(TestDevice.gaussian((int) SHAPE.size(), seed), SHAPE).toType(type, false);
    }

    private static NDArray column(NDManager manager, int index, DataType type) {
        double[] values = java.util.Arrays.stream(TIMES).mapToDouble(pair -> pair[index]).toArray();
        return manager.create(values).toType(type, false);
    }
}
