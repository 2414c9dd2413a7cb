package dev.pathline.engine.network;

import dev.pathline.engine.graph.Graph;
import dev.pathline.engine.graph.Initializer;
import dev.pathline.engine.graph.Value;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The blocks that a {@link UNet2D} is made of, with diffusers' names. */
final class UNet2DLayers {

    private final Graph graph;
    private final UNet2DConfig config;

    UNet2DLayers(Graph graph, UNet2DConfig config) {
        this.graph = graph;
        this.config = config;
    }

    Value activated(Value x) {
        return config.residuals().activation().of(graph, x);
    }

    Value norm(Value x, String name, int groups) {
        return graph.groupNorm(x, name, groups, config.residuals().epsilon());
    }

    /**
     * diffusers' {@code ResnetBlock2D}.
     *
     * @param embedding the embedding after the activation, with which every block begins
     * @param divisor what the sum is divided by
     */
    Value residual(Value x, Value embedding, String name, int out, double divisor) {
        return residual(x, embedding, name, out, divisor, UnaryOperator.identity());
    }

    /** diffusers' {@code ResnetBlock2D} that changes the size between norm and convolution, and beside them. */
    Value residual(Value x, Value embedding, String name, UnaryOperator<Value> resample) {
        return residual(x, embedding, name, x.channels(), 1, resample);
    }

    private Value residual(Value x, Value embedding, String name, int out, double divisor,
            UnaryOperator<Value> resample) {
        Value h = resample.apply(activated(norm(x, name + ".norm1", config.residuals().groups())));
        h = conditioned(graph.conv2d(h, name + ".conv1", 3, out), embedding, name);
        h = graph.conv2d(activated(h), name + ".conv2", 3, out, 1, 1, Initializer.ZEROS);
        Value resized = resample.apply(x);
        Value skip = x.channels() == out ? resized : graph.conv2d(resized, name + ".conv_shortcut", 1, out);
        return divided(graph.add(skip, h), divisor);
    }

    /** The second norm, with what the embedding adds before it or how it scales and shifts after it. */
    private Value conditioned(Value x, Value embedding, String name) {
        int out = x.channels();
        int groups = config.residuals().groups();
        if (!config.residuals().scaleShift()) {
            Value shift = graph.linear(embedding, name + ".time_emb_proj", out);
            return norm(graph.addPerChannel(x, shift), name + ".norm2", groups);
        }
        List<Value> parts = graph.chunk(graph.linear(embedding, name + ".time_emb_proj", 2 * out), 0, 2);
        Value scale = graph.reshape(graph.affine(parts.get(0), 1, 1), out, 1, 1);
        return graph.addPerChannel(graph.multiply(norm(x, name + ".norm2", groups), scale), parts.get(1));
    }

    /**
     * diffusers' {@code Attention} over the places of an image.
     *
     * @param groups groups of the norm before it, or null for none
     */
    Value attention(Value x, String name, @Nullable Integer groups, double divisor) {
        Integer headChannels = config.attention().headChannels();
        int heads = headChannels == null ? 1 : x.channels() / headChannels;
        JsonSettings.require(heads > 0, "attention_head_dim",
                "is " + headChannels + ", more than the " + x.channels() + " channels of " + name);
        int inner = headChannels == null ? x.channels() : heads * headChannels;
        Value tokens = graph.toTokens(groups == null ? x : norm(x, name + ".group_norm", groups));
        Value h = graph.attention(graph.linear(tokens, name + ".to_q", inner),
                graph.linear(tokens, name + ".to_k", inner), graph.linear(tokens, name + ".to_v", inner), heads);
        h = graph.linear(h, name + ".to_out.0", x.channels(), Initializer.ZEROS);
        return divided(graph.add(graph.fromTokens(h, x.dim(1), x.dim(2)), x), divisor);
    }

    Value downsample(Value x, String name) {
        int channels = x.channels();
        return config.resampling().padded()
                ? graph.conv2d(x, name, 3, channels, 2, 1, null)
                : graph.conv2d(graph.padRightBottom(x), name, 3, channels, 2, 0, null);
    }

    private Value divided(Value x, double divisor) {
        return divisor == 1 ? x : graph.affine(x, 1 / divisor, 0);
    }
}
