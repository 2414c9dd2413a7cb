package dev.pathline.engine;

import dev.pathline.engine.checkpoint.TensorData;
import dev.pathline.engine.graph.Graph;
import dev.pathline.engine.graph.Initializer;
import dev.pathline.engine.graph.Network;
import dev.pathline.engine.graph.Op.Elementwise.Function;
import dev.pathline.engine.graph.Value;
import dev.pathline.engine.network.NetworkConfig;
import dev.pathline.engine.network.NetworkType;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import tools.jackson.databind.node.ObjectNode;

/**
 * The average velocity of rectified flow on {@code N(mean, std^2 I)}, exactly (math.md 3.13): with
 * {@code S(t)^2 = (1-t)^2 std^2 + t^2}, {@code u(x,t,r) = (S(t)-S(r))/(t-r) (x-(1-t) mean)/S(t) - mean}, where the quotient
 * is {@code (t+r - std^2 (2-t-r)) / (S(t)+S(r))}, which is good at {@code r = t} too.
 */
public record GaussianFlowMapNet() implements NetworkConfig {

    public static final int DIMENSION = 64;
    public static final double[] MEAN = IntStream.range(0, DIMENSION).mapToDouble(i -> Math.cos(i) / 2).toArray();
    public static final double STD = 0.5;

    public static Map<String, TensorData> weights() {
        float[] mean = new float[DIMENSION];
        for (int i = 0; i < DIMENSION; i++) {
            mean[i] = (float) MEAN[i];
        }
        return Map.of("mean", new TensorData(List.of(DIMENSION), mean), "variance",
                new TensorData(List.of(1), new float[]{(float) (STD * STD)}));
    }

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
        Value x = graph.input("x", List.of(DIMENSION));
        Value t = graph.reshape(graph.timeInput("time"), 1);
        Value r = graph.reshape(graph.targetInput(), 1);
        Value mean = graph.weight("mean", List.of(DIMENSION), Initializer.ZEROS);
        Value variance = graph.weight("variance", List.of(1), Initializer.ONES);

        Value both = graph.add(t, r);
        Value rise = graph.add(both, graph.multiply(variance, graph.affine(both, 1, -2)));
        Value spread = spread(graph, t, variance);
        Value slope = graph.divide(rise, graph.add(spread, spread(graph, r, variance)));
        Value offset = graph.add(x, graph.multiply(graph.affine(t, 1, -1), mean));
        Value moved = graph.multiply(slope, graph.divide(offset, spread));
        return graph.build(graph.add(moved, graph.affine(mean, -1, 0)));
    }

    private static Value spread(Graph graph, Value t, Value variance) {
        Value alpha = graph.affine(t, -1, 1);
        Value data = graph.multiply(graph.multiply(alpha, alpha), variance);
        return graph.map(Function.SQRT, graph.add(data, graph.multiply(t, t)));
    }
}
