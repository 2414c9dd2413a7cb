package dev.pathline.engine.network;

import dev.pathline.engine.graph.Graph;
import dev.pathline.engine.graph.Initializer;
import dev.pathline.engine.graph.Network;
import dev.pathline.engine.graph.Op.Elementwise.Function;
import dev.pathline.engine.graph.Value;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The diffusion transformer (arXiv 2212.09748) of diffusers' {@code DiTTransformer2DModel}: patches are tokens, and what
 * is known of time and class scales, shifts and gates each block. Names and shapes of the weights are the same, so
 * checkpoints travel both ways.
 *
 * <p>Inputs: {@code x} of shape {@code [inChannels, size, size]}, {@code time}, a flow map's {@code target},
 * {@code guidance} where the network is told of its scale, and, with classes, {@code label}. Output: {@code [outChannels, size, size]}, or two of half the channels where the variance was
 * learned.
 *
 * <p>Every gate and the output start at zero ("adaLN-zero"): the network starts as the identity of its tokens.
 */
public final class DiT {

    /** Of the norms without weights, whatever the configuration says of the others: diffusers has it so. */
    private static final double EPSILON = 1e-6;

    /** Of the norms of queries and keys, diffusers' default. */
    private static final double QUERY_KEY_EPSILON = 1e-5;

    private final DiTConfig config;
    private final int width;
    private final Graph graph = new Graph();

    private DiT(DiTConfig config) {
        this.config = config;
        this.width = config.blocks().width();
    }

    /**
     * Builds the graph of a configuration.
     *
     * @throws IllegalArgumentException if the width is not a multiple of 4
     */
    public static Network build(DiTConfig config) {
        return new DiT(config).build();
    }

    private Network build() {
        DiTConfig.Sample sample = config.sample();
        Value x = graph.input("x", List.of(sample.inChannels(), sample.size(), sample.size()));
        Value features = config.conditioning().time().in(graph).apply(graph.timeInput("time"));
        Value more = add(target(), guidance());
        Value label = config.conditioning().classes() == null ? null : graph.labelInput("label");

        Value patches = graph.conv2d(x, "pos_embed.proj", sample.patch(), width, sample.patch(), 0, null);
        Value h = graph.addPositions(graph.toTokens(patches), sample.grid(), sample.grid());
        Value first = embedding("transformer_blocks.0", features, more, label);
        for (int i = 0; i < config.blocks().count(); i++) {
            String name = "transformer_blocks." + i;
            h = block(h, i == 0 ? first : embedding(name, features, more, label), name);
        }
        List<Value> parts = modulation(first, "proj_out_1", 2);
        h = modulated(graph.layerNorm(h, EPSILON), parts.get(0), parts.get(1));
        h = graph.linear(h, "proj_out_2", sample.patch() * sample.patch() * sample.outChannels(), Initializer.ZEROS);
        return graph.build(Embeddings.results(graph, image(h), sample.inChannels()));
    }

    private @Nullable Value target() {
        TimeFeatures features = config.conditioning().target();
        return features == null ? null : Embeddings.ofTarget(graph, features, "timestep_embedder_r", width);
    }

    private @Nullable Value guidance() {
        TimeFeatures features = config.conditioning().guidance();
        return features == null ? null : Embeddings.ofGuidance(graph, features, "guidance_embedder", width);
    }

    private @Nullable Value add(@Nullable Value a, @Nullable Value b) {
        return a == null ? b : b == null ? a : graph.add(a, b);
    }

    /** Every block has an embedding of its own; that of a second time and of guidance, ours, is the same for all. */
    private Value embedding(String block, Value features, @Nullable Value more, @Nullable Value label) {
        String name = block + ".norm1.emb";
        Value embedding = Embeddings.ofTime(graph, features, name + ".timestep_embedder", width);
        Integer classes = config.conditioning().classes();
        if (label != null && classes != null) {
            embedding = graph.add(embedding,
                    graph.embedding(label, name + ".class_embedder.embedding_table", classes + 1, width));
        }
        return graph.silu(more == null ? embedding : graph.add(embedding, more));
    }

    private Value block(Value x, Value embedding, String name) {
        List<Value> parts = modulation(embedding, name + ".norm1.linear", 6);
        Value h = attention(modulated(graph.layerNorm(x, EPSILON), parts.get(0), parts.get(1)), name + ".attn1");
        Value seen = graph.add(graph.multiply(parts.get(2), h), x);
        Value normed = config.blocks().affine()
                ? graph.layerNorm(seen, name + ".norm3", config.blocks().epsilon())
                : graph.layerNorm(seen, config.blocks().epsilon());
        h = graph.linear(modulated(normed, parts.get(3), parts.get(4)), name + ".ff.net.0.proj", 4 * width);
        h = graph.map(config.blocks().tanh() ? Function.GELU_TANH : Function.GELU, h);
        return graph.add(graph.multiply(parts.get(5), graph.linear(h, name + ".ff.net.2", width)), seen);
    }

    private Value attention(Value x, String name) {
        boolean biased = config.blocks().attentionBias();
        Value query = graph.linear(x, name + ".to_q", width, null, biased);
        Value key = graph.linear(x, name + ".to_k", width, null, biased);
        Value value = graph.linear(x, name + ".to_v", width, null, biased);
        if (config.blocks().queryKeyNorm()) {
            query = normedByHead(query, name + ".norm_q");
            key = normedByHead(key, name + ".norm_k");
        }
        return graph.linear(graph.attention(query, key, value, config.blocks().heads()), name + ".to_out.0", width);
    }

    private Value normedByHead(Value x, String name) {
        Value heads = graph.reshape(x, x.dim(0), config.blocks().heads(), config.blocks().headChannels());
        return graph.reshape(graph.layerNorm(heads, name, QUERY_KEY_EPSILON), x.dim(0), width);
    }

    /** Vectors {@code [1,width]} that say what time and class do to every token. */
    private List<Value> modulation(Value embedding, String name, int count) {
        Value all = graph.linear(embedding, name, count * width, Initializer.ZEROS);
        return graph.chunk(all, 0, count).stream().map(part -> graph.reshape(part, 1, width)).toList();
    }

    private Value modulated(Value x, Value shift, Value scale) {
        return graph.add(graph.multiply(x, graph.affine(scale, 1, 1)), shift);
    }

    /** Puts the tokens' patches, channels last, where they belong. */
    private Value image(Value tokens) {
        DiTConfig.Sample sample = config.sample();
        int grid = sample.grid();
        int patch = sample.patch();
        Value patches = graph.reshape(tokens, grid, grid, patch, patch, sample.outChannels());
        return graph.reshape(graph.permute(patches, 4, 0, 2, 1, 3), sample.outChannels(), sample.size(),
                sample.size());
    }
}
