package dev.pathline.engine.network;

import dev.pathline.engine.graph.Graph;
import dev.pathline.engine.graph.Network;
import dev.pathline.engine.graph.Value;
import java.util.List;

/**
 * A small image classifier whose features measure generated images: 3x3 convolutions, group norms and SiLU, a
 * convolution of stride 2 into each further level, the mean over the last level's positions, and one affine map.
 *
 * <p>Input: {@code x} of shape {@code [inChannels, sampleSize, sampleSize]}, in [-1, 1]. Outputs: the class scores
 * {@code [numClasses]} (logits) and the features they are made from, {@code [featureWidth]}. The scores are first
 * because a training compares the first output with the labels.
 */
public final class SmallConvNet {

    private static final double EPSILON = 1e-5;

    private SmallConvNet() {}

    /**
     * Builds the graph of a configuration.
     *
     * @throws IllegalArgumentException if the image is too small for the levels, or channels and groups do not fit
     */
    public static Network build(SmallConvNetConfig config) {
        var graph = new Graph();
        Value h = graph.input("x", List.of(config.inChannels(), config.sampleSize(), config.sampleSize()));
        for (int level = 0; level < config.blockOutChannels().size(); level++) {
            int channels = config.blockOutChannels().get(level);
            for (int layer = 0; layer < config.layersPerBlock().get(level); layer++) {
                String name = "blocks." + level + "." + layer;
                int stride = level > 0 && layer == 0 ? 2 : 1;
                h = graph.conv2d(h, name + ".conv", 3, channels, stride, 1, null);
                h = graph.silu(graph.groupNorm(h, name + ".norm", config.normNumGroups(), EPSILON));
            }
        }
        Value features = graph.globalAveragePool(h);
        return graph.build(graph.linear(features, "scores", config.numClasses()), features);
    }
}
