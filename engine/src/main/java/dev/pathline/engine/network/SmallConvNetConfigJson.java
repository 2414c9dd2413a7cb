package dev.pathline.engine.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A {@link SmallConvNetConfig} as JSON, with keys in the manner of diffusers. */
public final class SmallConvNetConfigJson {

    /** The value of {@code _class_name}. */
    public static final String CLASS_NAME = "SmallConvNet";

    private static final Set<String> KEYS = Set.of("_class_name", "sample_size", "in_channels", "block_out_channels",
            "layers_per_block", "norm_num_groups", "num_classes");

    private SmallConvNetConfigJson() {}

    /**
     * Reads a configuration; every key must be there.
     *
     * @throws IllegalArgumentException if a key is missing, unknown or malformed; the message names it
     */
    public static SmallConvNetConfig read(JsonNode json) {
        var unknown = new TreeSet<>(json.propertyNames());
        unknown.removeAll(KEYS);
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException(unknown.first() + " is unknown; known are "
                    + String.join(", ", new TreeSet<>(KEYS)));
        }
        return new SmallConvNetConfig(positive(json, "sample_size"), positive(json, "in_channels"),
                positives(json, "block_out_channels"), positives(json, "layers_per_block"),
                positive(json, "norm_num_groups"), positive(json, "num_classes"));
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

    private static int positive(JsonNode json, String key) {
        return positive(key, json.path(key));
    }

    private static int positive(String key, JsonNode value) {
        if (!value.isInt() || value.asInt() < 1) {
            throw new IllegalArgumentException(key + (value.isMissingNode()
                    ? " is missing"
                    : " must be a whole number from 1 on, not " + value));
        }
        return value.asInt();
    }

    private static List<Integer> positives(JsonNode json, String key) {
        JsonNode value = json.path(key);
        if (!value.isArray()) {
            throw new IllegalArgumentException(key + (value.isMissingNode()
                    ? " is missing"
                    : " must be a list, not " + value));
        }
        var list = new ArrayList<Integer>();
        value.forEach(element -> list.add(positive(key, element)));
        return list;
    }
}
