package dev.pathline.engine.network;

import dev.pathline.engine.graph.Graph;
import dev.pathline.engine.graph.InputNames;
import dev.pathline.engine.graph.Initializer;
import dev.pathline.engine.graph.Network;
import dev.pathline.engine.graph.Value;
import dev.pathline.engine.network.UNet2DConfig.Block;
import dev.pathline.engine.network.UNet2DConfig.Conditioning;
import dev.pathline.engine.network.UNet2DConfig.Levels;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The U-Net of diffusers' {@code UNet2DModel}: residual blocks with a time embedding, self-attention at chosen levels,
 * skip connections from the way down to the way up. Names and shapes of the weights are the same, so checkpoints
 * travel both ways.
 *
 * <p>Inputs: {@code x} of shape {@code [inChannels, height, width]}, {@code time} (diffusers' timestep), a flow map's
 * {@code target}, {@code guidance} where the network is told of its scale, and, with classes, {@code label}. Output: {@code [outChannels, height, width]}, or two of half the
 * channels where the variance was learned.
 *
 * <p>The last convolution of every residual branch and the output convolution start at zero (arXiv 2105.05233,
 * appendix): the network starts as a smooth function of its input, which short trainings need.
 */
public final class UNet2D {

    private final UNet2DConfig config;
    private final int augmentation;
    private final Graph graph = new Graph();
    private final UNet2DLayers layers;

    private UNet2D(UNet2DConfig config, int augmentation) {
        this.config = config;
        this.augmentation = augmentation;
        this.layers = new UNet2DLayers(graph, config);
    }

    /**
     * Builds the graph of a configuration.
     *
     * @throws IllegalArgumentException if the size is open, or channels and groups or heads do not fit
     */
    public static Network build(UNet2DConfig config) {
        return build(config, 0);
    }

    /**
     * Builds the graph for a training that tells the network how its samples were varied: with another input
     * {@code augmentation}, which a map without bias adds to the embedding. A vector of zeros adds nothing, so the network
     * that samples are made with is the one without.
     *
     * @param augmentation the length of that vector; 0 for none
     * @throws IllegalArgumentException as for {@link #build(UNet2DConfig)}
     */
    public static Network build(UNet2DConfig config, int augmentation) {
        return new UNet2D(config, augmentation).build();
    }

    private Network build() {
        UNet2DConfig.Sample sample = config.sample();
        JsonSettings.require(!sample.size().isEmpty(), "sample_size", "is null: the size of a sample must be given");
        Value input = graph.input("x", List.of(sample.inChannels(), sample.size().get(0), sample.size().get(1)));
        Value time = graph.timeInput("time");
        Value x = sample.centered() ? graph.affine(input, 2, -1) : input;
        Value h = graph.conv2d(x, "conv_in", 3, config.levels().channels().getFirst());
        Value embedding = layers.activated(embedding(time));

        Deque<Value> skips = new ArrayDeque<>();
        skips.push(h);
        h = up(middle(down(h, embedding, skips), embedding), embedding, skips);
        h = graph.silu(layers.norm(h, "conv_norm_out", config.residuals().groups()));
        h = graph.conv2d(h, "conv_out", 3, sample.outChannels(), 1, 1, Initializer.ZEROS);
        if (config.conditioning().time() instanceof TimeFeatures.LogFourier) {
            h = graph.divide(h, graph.reshape(time, 1, 1, 1));
        }
        return graph.build(Embeddings.results(graph, h, sample.inChannels()));
    }

    /** The sum of the embeddings of times, guidance and class. */
    private Value embedding(Value time) {
        Conditioning conditioning = config.conditioning();
        int width = conditioning.width();
        UnaryOperator<Value> features = conditioning.time().in(graph);
        Value embedding = Embeddings.ofTime(graph, features.apply(time), "time_embedding", width);
        if (conditioning.target() != null) {
            embedding = graph.add(embedding,
                    Embeddings.ofTarget(graph, conditioning.target(), "time_embedding_r", width));
        }
        if (conditioning.guidance() != null) {
            embedding = graph.add(embedding,
                    Embeddings.ofGuidance(graph, conditioning.guidance(), "guidance_embedding", width));
        }
        if (augmentation > 0) {
            Value done = graph.input(InputNames.AUGMENTATION, List.of(augmentation));
            embedding = graph.add(embedding, graph.linear(done, "augmentation_embedding", width, null, false));
        }
        return switch (conditioning.classes()) {
            case NONE -> embedding;
            case TABLE -> graph.add(embedding,
                    graph.embedding(graph.labelInput("label"), "class_embedding", conditioning.rows(), width));
            case TIMESTEP -> graph.add(embedding, Embeddings.ofTime(graph, features.apply(graph.labelInput("label")),
                    "class_embedding", width));
            case VECTOR -> graph.add(embedding, graph.input("label", List.of(width)));
        };
    }

    private Value down(Value x, Value embedding, Deque<Value> skips) {
        Levels levels = config.levels();
        Value h = x;
        for (int level = 0; level < levels.channels().size(); level++) {
            String name = "down_blocks." + level;
            Block block = levels.down().get(level);
            for (int j = 0; j < levels.layers(); j++) {
                h = layer(h, embedding, name, j, levels.channels().get(level), block);
                skips.push(h);
            }
            if (level < levels.channels().size() - 1) {
                h = byResnet(block, config.resampling().downByResnet())
                        ? layers.residual(h, embedding, name + ".downsamplers.0", graph::downsample)
                        : layers.downsample(h, name + ".downsamplers.0.conv");
                skips.push(h);
            }
        }
        return h;
    }

    private Value middle(Value x, Value embedding) {
        if (!config.levels().middle()) {
            return x;
        }
        double divisor = config.residuals().middleDivisor();
        Value h = layers.residual(x, embedding, "mid_block.resnets.0", x.channels(), divisor);
        if (config.attention().inMiddle()) {
            h = layers.attention(h, "mid_block.attentions.0", config.attention().middleGroups(), divisor);
        }
        return layers.residual(h, embedding, "mid_block.resnets.1", x.channels(), divisor);
    }

    private Value up(Value x, Value embedding, Deque<Value> skips) {
        Levels levels = config.levels();
        int count = levels.channels().size();
        Value h = x;
        for (int i = 0; i < count; i++) {
            String name = "up_blocks." + i;
            Block block = levels.up().get(i);
            int out = levels.channels().get(count - 1 - i);
            for (int j = 0; j <= levels.layers(); j++) {
                h = layer(graph.concat(h, skips.pop()), embedding, name, j, out, block);
            }
            if (i < count - 1) {
                h = byResnet(block, config.resampling().upByResnet())
                        ? layers.residual(h, embedding, name + ".upsamplers.0", graph::upsample)
                        : graph.conv2d(graph.upsample(h), name + ".upsamplers.0.conv", 3, out);
            }
        }
        return h;
    }

    /** Only levels with attention may choose. */
    private static boolean byResnet(Block block, boolean chosen) {
        return block == Block.RESNET || (block == Block.ATTENTION && chosen);
    }

    private Value layer(Value x, Value embedding, String name, int j, int out, Block block) {
        Value h = layers.residual(x, embedding, name + ".resnets." + j, out, 1);
        return block == Block.ATTENTION
                ? layers.attention(h, name + ".attentions." + j, config.residuals().groups(), 1)
                : h;
    }
}
