package dev.pathline.engine.network;

import dev.pathline.engine.graph.Graph;
import dev.pathline.engine.graph.Initializer;
import dev.pathline.engine.graph.Network;
import dev.pathline.engine.graph.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A network for samples that are no images: points, rows of a table, short trajectories. Residual blocks of two affine
 * maps, whose middle is scaled and shifted by what is known of time and class.
 *
 * <p>Inputs: {@code x} of the sample's shape, {@code time}, a flow map's {@code target}, {@code guidance} where the
 * network is told of its scale, and, with classes, {@code label}. Output: a value of the sample's shape. The last map of every block and of the network start at zero.
 *
 * @param shape the shape of a sample; its elements are taken as one vector
 * @param width the width of the blocks, at least 4
 * @param blocks the number of blocks
 * @param time the features of the time, {@code width} of them
 * @param target the features of a flow map's second time, or null
 * @param guidance the features of the scale of guidance, for a network that takes it, or null
 * @param numClassEmbeds rows of the class table, the null class included, or null for no class input
 */
public record MlpDenoiser(
        List<Integer> shape,
        int width,
        int blocks,
        TimeFeatures time,
        @Nullable TimeFeatures target,
        @Nullable TimeFeatures guidance,
        @Nullable Integer numClassEmbeds) implements NetworkConfig {

    /** The value of {@code _class_name}. */
    public static final String CLASS_NAME = "MlpDenoiser";

    private static final double EPSILON = 1e-5;
    private static final String SHAPE = "sample_shape";
    private static final String WIDTH = "hidden_width";
    private static final String BLOCKS = "num_blocks";
    private static final String CLASSES = "num_class_embeds";

    private static final ObjectNode DEFAULTS = JsonMapper.shared().createObjectNode()
            .put(TimeFeaturesJson.TIME_TYPE, TimeFeaturesJson.LOW_FREQUENCY)
            .put(TimeFeaturesJson.MAX_FREQUENCY, 25.0).put(TimeFeaturesJson.TARGET_SCALE, 1.0)
            .putNull(TimeFeaturesJson.TARGET_TYPE)
            .putNull(TimeFeaturesJson.GUIDANCE_TYPE).putNull(CLASSES);

    static final Set<String> KEYS = Set.of("_class_name", SHAPE, WIDTH, BLOCKS, TimeFeaturesJson.TIME_TYPE,
            TimeFeaturesJson.MAX_FREQUENCY, TimeFeaturesJson.TARGET_TYPE, TimeFeaturesJson.TARGET_SCALE,
            TimeFeaturesJson.GUIDANCE_TYPE, CLASSES);

    /** @throws IllegalArgumentException if the blocks are too narrow */
    public MlpDenoiser {
        shape = List.copyOf(shape);
        JsonSettings.require(!shape.isEmpty(), SHAPE, "must have a dimension");
        JsonSettings.require(width >= 4, WIDTH, "must be at least 4, not " + width);
    }

    /**
     * Reads a configuration; the settings of times and classes may be absent.
     *
     * @throws IllegalArgumentException if a key is missing, unknown or malformed; the message names it
     */
    public static MlpDenoiser read(JsonNode json) {
        var settings = new JsonSettings(json, DEFAULTS);
        settings.requireKnown(KEYS);
        var positional = new TimeFeatures.Positional(settings.positive(WIDTH), true, 0);
        return new MlpDenoiser(settings.positives(SHAPE), settings.positive(WIDTH), settings.layers(BLOCKS),
                TimeFeaturesJson.read(settings, positional), TimeFeaturesJson.readTarget(settings, positional),
                TimeFeaturesJson.readGuidance(settings, positional),
                settings.positiveOrNull(CLASSES));
    }

    @Override
    public ObjectNode json() {
        ObjectNode json = JsonMapper.shared().createObjectNode().put("_class_name", CLASS_NAME);
        shape.forEach(json.putArray(SHAPE)::add);
        json.put(WIDTH, width).put(BLOCKS, blocks).put(CLASSES, numClassEmbeds);
        TimeFeaturesJson.write(json, time, target, guidance);
        return json;
    }

    @Override
    public NetworkType type() {
        return NetworkType.MLP;
    }

    @Override
    public Network build() {
        var graph = new Graph();
        Value x = graph.input("x", shape);
        int size = shape.stream().reduce(1, Math::multiplyExact);
        Value embedding = embedding(graph);
        Value h = graph.linear(graph.reshape(x, size), "input", width);
        for (int i = 0; i < blocks; i++) {
            h = block(graph, h, embedding, "blocks." + i);
        }
        Value out = graph.linear(h, "output", size, Initializer.ZEROS);
        return graph.build(graph.reshape(out, shape.toArray(Integer[]::new)));
    }

    private Value embedding(Graph graph) {
        Value features = time.in(graph).apply(graph.timeInput("time"));
        var parts = new ArrayList<>(List.of(Embeddings.ofTime(graph, features, "time_embedding", width)));
        if (target != null) {
            parts.add(Embeddings.ofTarget(graph, target, "time_embedding_r", width));
        }
        if (guidance != null) {
            parts.add(Embeddings.ofGuidance(graph, guidance, "guidance_embedding", width));
        }
        if (numClassEmbeds != null) {
            parts.add(graph.embedding(graph.labelInput("label"), "class_embedding", numClassEmbeds, width));
        }
        return graph.silu(parts.stream().reduce(graph::add).orElseThrow());
    }

    private Value block(Graph graph, Value x, Value embedding, String name) {
        List<Value> parts = graph.chunk(graph.linear(embedding, name + ".modulation", 2 * width), 0, 2);
        Value h = graph.linear(graph.layerNorm(x, name + ".norm", EPSILON), name + ".linear_1", width);
        h = graph.silu(graph.add(graph.multiply(h, graph.affine(parts.get(0), 1, 1)), parts.get(1)));
        return graph.add(x, graph.linear(h, name + ".linear_2", width, Initializer.ZEROS));
    }
}
