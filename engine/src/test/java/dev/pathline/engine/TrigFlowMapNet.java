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
 * The average velocity of TrigFlow on {@code N(mean, std^2 I)}, whose paths are not straight, moved by a vector for each of
 * two labels and none: with {@code S(t)^2 = cos^2 t std^2 + sin^2 t}, {@code u = (x - cos s mean - S(s)/S(t) (x - cos t
 * mean)) / (t - s)} for {@code s < t}.
 */
public record TrigFlowMapNet() implements NetworkConfig {

    public static final int DIMENSION = 24;
    public static final double[] MEAN = IntStream.range(0, DIMENSION).mapToDouble(i -> Math.cos(i) / 2).toArray();
    public static final double STD = 0.5;

    private static final int LABELS = 3;

    /** What a label adds to an element; label 2 is none. */
    public static double shift(int label, int element) {
        return label == 2 ? 0 : 0.25 * Math.sin(element + 1.5 * label);
    }

    public static Map<String, TensorData> weights() {
        float[] mean = new float[DIMENSION];
        float[] shifts = new float[LABELS * DIMENSION];
        for (int i = 0; i < DIMENSION; i++) {
            mean[i] = (float) MEAN[i];
            for (int label = 0; label < LABELS; label++) {
                shifts[label * DIMENSION + i] = (float) shift(label, i);
            }
        }
        return Map.of("mean", new TensorData(List.of(DIMENSION), mean), "variance",
                new TensorData(List.of(1), new float[]{(float) (STD * STD)}), "labels.weight",
                new TensorData(List.of(LABELS, DIMENSION), shifts));
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
        Value s = graph.reshape(graph.targetInput(), 1);
        Value label = graph.labelInput("label");
        Value mean = graph.weight("mean", List.of(DIMENSION), Initializer.ZEROS);
        Value variance = graph.weight("variance", List.of(1), Initializer.ONES);

        Value ratio = graph.divide(spread(graph, s, variance), spread(graph, t, variance));
        Value offset = minus(graph, x, graph.multiply(graph.map(Function.COS, t), mean));
        Value end = graph.add(graph.multiply(graph.map(Function.COS, s), mean), graph.multiply(ratio, offset));
        Value velocity = graph.divide(minus(graph, x, end), minus(graph, t, s));
        return graph.build(graph.add(velocity, graph.embedding(label, "labels", LABELS, DIMENSION)));
    }

    private static Value minus(Graph graph, Value a, Value b) {
        return graph.add(a, graph.affine(b, -1, 0));
    }

    private static Value spread(Graph graph, Value t, Value variance) {
        Value alpha = graph.map(Function.COS, t);
        Value sigma = graph.map(Function.SIN, t);
        return graph.map(Function.SQRT, graph.add(graph.multiply(graph.multiply(alpha, alpha), variance),
                graph.multiply(sigma, sigma)));
    }
}
