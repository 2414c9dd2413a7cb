package dev.pathline.engine.network;

import dev.pathline.engine.graph.Graph;
import dev.pathline.engine.graph.Initializer;
import dev.pathline.engine.graph.Network;
import dev.pathline.engine.graph.Value;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The U-Net of diffusers' {@code UNet2DModel}: residual blocks with a time embedding, self-attention at chosen levels,
 * skip connections from the way down to the way up. Names and shapes of the weights are the same, so checkpoints
 * travel both ways.
 *
 * <p>Inputs: {@code x} of shape {@code [inChannels, sampleSize, sampleSize]}, {@code time} (diffusers' timestep) and,
 * with a class table, {@code label}. Output: {@code [outChannels, sampleSize, sampleSize]}.
 *
 * <p>The last convolution of every residual branch and the output convolution start at zero (arXiv 2105.05233,
 * appendix): the network starts as a smooth function of its input, which short trainings need.
 */
public final class UNet2D {

    private final UNet2DConfig config;
    private final Graph graph = new Graph();

    private UNet2D(UNet2DConfig config) {
        this.config = config;
    }

    /**
     * Builds the graph of a configuration.
     *
     * @throws IllegalArgumentException if channels and groups or heads do not fit
     */
    public static Network build(UNet2DConfig config) {
        return new UNet2D(config).build();
    }

    private Network build() {
        List<Integer> channels = config.blockOutChannels();
        int levels = channels.size();
        Value x = graph.input("x", List.of(config.inChannels(), config.sampleSize(), config.sampleSize()));
        Value time = graph.timeInput("time");
        // Registered before the blocks, as diffusers does, so that weight files list the same order.
        Value h = graph.conv2d(x, "conv_in", 3, channels.getFirst());
        Value embedding = embedding(time);

        Deque<Value> skips = new ArrayDeque<>();
        skips.push(h);
        for (int level = 0; level < levels; level++) {
            String block = "down_blocks." + level;
            boolean attention = config.downBlockTypes().get(level).startsWith("Attn");
            for (int j = 0; j < config.layersPerBlock(); j++) {
                h = layer(h, embedding, block, j, channels.get(level), attention);
                skips.push(h);
            }
            if (level < levels - 1) {
                h = downsample(h, block + ".downsamplers.0.conv");
                skips.push(h);
            }
        }
        h = residual(h, embedding, "mid_block.resnets.0", channels.getLast());
        h = attention(h, "mid_block.attentions.0");
        h = residual(h, embedding, "mid_block.resnets.1", channels.getLast());
        for (int i = 0; i < levels; i++) {
            String block = "up_blocks." + i;
            int out = channels.get(levels - 1 - i);
            boolean attention = config.upBlockTypes().get(i).startsWith("Attn");
            for (int j = 0; j <= config.layersPerBlock(); j++) {
                h = layer(graph.concat(h, skips.pop()), embedding, block, j, out, attention);
            }
            if (i < levels - 1) {
                h = graph.conv2d(graph.upsample(h), block + ".upsamplers.0.conv", 3, out);
            }
        }
        h = graph.silu(norm(h, "conv_norm_out"));
        return graph.build(graph.conv2d(h, "conv_out", 3, config.outChannels(), 1, 1, Initializer.ZEROS));
    }

    /** The sum of the time's and the class's embedding, already through the SiLU that every residual block begins with. */
    private Value embedding(Value time) {
        int width = config.timeEmbeddingWidth();
        Value features = graph.sinusoid(time, config.blockOutChannels().getFirst(), config.flipSinToCos(),
                config.freqShift());
        Value embedding = graph.linear(
                graph.silu(graph.linear(features, "time_embedding.linear_1", width)), "time_embedding.linear_2", width);
        @Nullable
        Integer classes = config.numClassEmbeds();
        if (classes != null) {
            Value label = graph.labelInput("label");
            embedding = graph.add(embedding, graph.embedding(label, "class_embedding", classes, width));
        }
        return graph.silu(embedding);
    }

    private Value layer(Value x, Value embedding, String block, int j, int out, boolean attention) {
        Value h = residual(x, embedding, block + ".resnets." + j, out);
        return attention ? attention(h, block + ".attentions." + j) : h;
    }

    /** diffusers' {@code ResnetBlock2D} with {@code time_embedding_norm = "default"}. */
    private Value residual(Value x, Value embedding, String name, int out) {
        Value h = graph.conv2d(graph.silu(norm(x, name + ".norm1")), name + ".conv1", 3, out);
        h = graph.addPerChannel(h, graph.linear(embedding, name + ".time_emb_proj", out));
        h = graph.conv2d(graph.silu(norm(h, name + ".norm2")), name + ".conv2", 3, out, 1, 1, Initializer.ZEROS);
        Value skip = x.channels() == out ? x : graph.conv2d(x, name + ".conv_shortcut", 1, out);
        return graph.add(skip, h);
    }

    private Value attention(Value x, String name) {
        int channels = x.channels();
        @Nullable
        Integer headDim = config.attentionHeadDim();
        int heads = headDim == null ? 1 : channels / headDim;
        Value tokens = graph.toTokens(norm(x, name + ".group_norm"));
        Value h = graph.attention(graph.linear(tokens, name + ".to_q", channels),
                graph.linear(tokens, name + ".to_k", channels), graph.linear(tokens, name + ".to_v", channels), heads);
        h = graph.linear(h, name + ".to_out.0", channels, Initializer.ZEROS);
        return graph.add(graph.fromTokens(h, x.dim(1), x.dim(2)), x);
    }

    private Value downsample(Value x, String name) {
        int channels = x.channels();
        return config.downsamplePadding() == 1
                ? graph.conv2d(x, name, 3, channels, 2, 1, null)
                : graph.conv2d(graph.padRightBottom(x), name, 3, channels, 2, 0, null);
    }

    private Value norm(Value x, String name) {
        return graph.groupNorm(x, name, config.normNumGroups(), config.normEps());
    }
}
