package dev.pathline.engine.network;

import dev.pathline.engine.graph.Graph;
import dev.pathline.engine.graph.Initializer;
import dev.pathline.engine.graph.Value;
import java.util.ArrayList;
import java.util.List;

/** Parts that several networks have in common. */
final class Embeddings {
    private Embeddings() {}

    /** diffusers' {@code TimestepEmbedding}: two affine maps with a SiLU between them. */
    static Value ofTime(Graph graph, Value features, String name, int width) {
        return graph.linear(graph.silu(graph.linear(features, name + ".linear_1", width)), name + ".linear_2", width);
    }

    /** The embedding of a flow map's second time, which is added to the first's. */
    static Value ofTarget(Graph graph, TimeFeatures features, String name, int width) {
        return ofAnother(graph, features.in(graph).apply(graph.targetInput()), name, width);
    }

    /**
     * The embedding of a scale {@code w} of guidance, which is added to the time's. Its features are those of
     * {@code w / (1 + w)}: in [0, 1) for every scale, 1/2 without guidance, and coarser where a larger scale changes less.
     */
    static Value ofGuidance(Graph graph, TimeFeatures features, String name, int width) {
        Value scale = graph.guidanceInput();
        Value share = graph.divide(scale, graph.affine(scale, 1, 1));
        return ofAnother(graph, features.in(graph).apply(share), name, width);
    }

    /** The last map starts at zero: the network begins as the one without this input. */
    private static Value ofAnother(Graph graph, Value features, String name, int width) {
        Value h = graph.linear(features, name + ".linear_1", width);
        return graph.linear(graph.silu(h), name + ".linear_2", width, Initializer.ZEROS);
    }

    /**
     * The results of a network whose last value is an image: twice the sample's channels are the prediction, then the
     * variance that was learned with it (arXiv 2102.09672, section 3.1), each a result of its own.
     */
    static Value[] results(Graph graph, Value last, int sampleChannels) {
        List<Value> results = new ArrayList<>(List.of(last));
        if (last.channels() == 2 * sampleChannels) {
            results = graph.chunk(last, 0, 2);
        }
        return results.toArray(Value[]::new);
    }
}
