package dev.pathline.engine.network;

import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A {@link SmallConvNetConfig} as JSON, with keys in the manner of diffusers. */
public final class SmallConvNetConfigJson {

    /** The value of {@code _class_name}. */
    public static final String CLASS_NAME = "SmallConvNet";

    /** The keys of a configuration. */
    public static final Set<String> KEYS = Set.of("_class_name", "sample_size", "in_channels", "block_out_channels",
            "layers_per_block", "norm_num_groups", "num_classes");

    private SmallConvNetConfigJson() {}

    /**
     * Reads a configuration; every key must be there.
     *
     * @throws IllegalArgumentException if a key is missing, unknown or malformed; the message names it
     */
    public static SmallConvNetConfig read(JsonNode json) {
        var settings = new JsonSettings(json);
        settings.requireKnown(KEYS);
        return new SmallConvNetConfig(settings.positive("sample_size"), settings.positive("in_channels"),
                settings.positives("block_out_channels"), settings.positives("layers_per_block"),
                settings.positive("norm_num_groups"), settings.positive("num_classes"));
    }

    /** Writes every key. */
    public static ObjectNode write(SmallConvNetConfig config) {
        ObjectNode json = JsonMapper.shared().createObjectNode();
        json.put("_class_name", CLASS_NAME);
        json.put("sample_size", config.sampleSize());
        json.put("in_channels", config.inChannels());
        config.blockOutChannels().forEach(json.putArray("block_out_channels")::add);
        config.layersPerBlock().forEach(json.putArray("layers_per_block")::add);
        json.put("norm_num_groups", config.normNumGroups());
        json.put("num_classes", config.numClasses());
        return json;
    }
}
