package dev.pathline.engine.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A {@link UNet2DConfig} as diffusers' {@code unet/config.json}, with its keys and defaults.
 *
 * <p>A setting that this code does not compute is refused by name. Keys that diffusers does not know either are
 * ignored, as diffusers does.
 */
public final class UNet2DConfigJson {

    /** The value of {@code _class_name}. */
    public static final String CLASS_NAME = "UNet2DModel";

    /** The version of diffusers whose format is written. */
    private static final String DIFFUSERS_VERSION = "0.30.0";

    private static final JsonMapper JSON = JsonMapper.shared();

    /** Settings that change the computation, and the one value of each that is computed here. */
    private static final Map<String, Object> ONLY = new TreeMap<>(Map.ofEntries(Map.entry("act_fn", "silu"),
            Map.entry("add_attention", true), Map.entry("center_input_sample", false), Map.entry("dropout", 0.0),
            Map.entry("downsample_type", "conv"), Map.entry("upsample_type", "conv"),
            Map.entry("mid_block_scale_factor", 1), Map.entry("resnet_time_scale_shift", "default"),
            Map.entry("time_embedding_type", "positional")));

    /** Settings that must be absent or null. */
    private static final List<String> ABSENT = List.of("attn_norm_num_groups", "class_embed_type",
            "time_embedding_dim");

    private UNet2DConfigJson() {}

    /**
     * Reads a configuration.
     *
     * @throws IllegalArgumentException if a setting is missing, malformed or not supported; the message names it
     */
    public static UNet2DConfig read(JsonNode json) {
        ONLY.forEach((key, value) -> {
            JsonNode found = json.path(key);
            boolean same = found.isMissingNode() || (value instanceof Number number
                    ? found.isNumber() && found.asDouble() == number.doubleValue()
                    : found.asString("").equals(value.toString()));
            require(same, key, "is " + found + "; supported is " + value);
        });
        ABSENT.forEach(key -> require(json.path(key).isMissingNode() || json.path(key).isNull(), key,
                "is " + json.path(key) + "; supported is null"));
        return new UNet2DConfig(integer(json, "sample_size", null), integer(json, "in_channels", 3),
                integer(json, "out_channels", 3), integers(json, "block_out_channels", List.of(224, 448, 672, 896)),
                strings(json, "down_block_types",
                        List.of("DownBlock2D", "AttnDownBlock2D", "AttnDownBlock2D", "AttnDownBlock2D")),
                strings(json, "up_block_types",
                        List.of("AttnUpBlock2D", "AttnUpBlock2D", "AttnUpBlock2D", "UpBlock2D")),
                integer(json, "layers_per_block", 2), nullableInteger(json, "attention_head_dim", 8),
                integer(json, "norm_num_groups", 32), number(json, "norm_eps", 1e-5),
                json.path("flip_sin_to_cos").asBoolean(true), number(json, "freq_shift", 0),
                integer(json, "downsample_padding", 1), nullableInteger(json, "num_class_embeds", null));
    }

    /** Writes every setting, the defaults included, so that the file says all. */
    public static ObjectNode write(UNet2DConfig config) {
        ObjectNode json = JSON.createObjectNode();
        json.put("_class_name", CLASS_NAME);
        json.put("_diffusers_version", DIFFUSERS_VERSION);
        ONLY.forEach((key, value) -> json.set(key, JSON.valueToTree(value)));
        ABSENT.forEach(json::putNull);
        json.put("sample_size", config.sampleSize());
        json.put("in_channels", config.inChannels());
        json.put("out_channels", config.outChannels());
        config.blockOutChannels().forEach(json.putArray("block_out_channels")::add);
        ArrayNode down = json.putArray("down_block_types");
        config.downBlockTypes().forEach(down::add);
        ArrayNode up = json.putArray("up_block_types");
        config.upBlockTypes().forEach(up::add);
        json.put("layers_per_block", config.layersPerBlock());
        json.put("attention_head_dim", config.attentionHeadDim());
        json.put("norm_num_groups", config.normNumGroups());
        json.put("norm_eps", config.normEps());
        json.put("flip_sin_to_cos", config.flipSinToCos());
        if (config.freqShift() == Math.rint(config.freqShift())) {
            json.put("freq_shift", (int) config.freqShift());
        } else {
            json.put("freq_shift", config.freqShift());
        }
        json.put("downsample_padding", config.downsamplePadding());
        json.put("num_class_embeds", config.numClassEmbeds());
        return json;
    }

    private static int integer(JsonNode json, String key, @Nullable Integer fallback) {
        Integer value = nullableInteger(json, key, fallback);
        if (value == null) {
            throw new IllegalArgumentException(key + " is missing");
        }
        return value;
    }

    private static @Nullable Integer nullableInteger(JsonNode json, String key, @Nullable Integer fallback) {
        JsonNode value = json.path(key);
        if (value.isMissingNode()) {
            return fallback;
        }
        if (value.isNull()) {
            return null;
        }
        require(value.isInt() && value.asInt() >= 0, key, "must be a whole number, not " + value);
        return value.asInt();
    }

    private static double number(JsonNode json, String key, double fallback) {
        JsonNode value = json.path(key);
        require(value.isMissingNode() || value.isNumber(), key, "must be a number, not " + value);
        return value.asDouble(fallback);
    }

    private static List<Integer> integers(JsonNode json, String key, List<Integer> fallback) {
        var list = new ArrayList<Integer>();
        for (JsonNode element : array(json, key)) {
            require(element.isInt() && element.asInt() > 0, key, "must hold positive whole numbers, not " + element);
            list.add(element.asInt());
        }
        return json.has(key) ? list : fallback;
    }

    private static List<String> strings(JsonNode json, String key, List<String> fallback) {
        var list = new ArrayList<String>();
        for (JsonNode element : array(json, key)) {
            require(element.isString(), key, "must hold strings, not " + element);
            list.add(element.asString());
        }
        return json.has(key) ? list : fallback;
    }

    private static JsonNode array(JsonNode json, String key) {
        JsonNode value = json.path(key);
        require(value.isMissingNode() || value.isArray(), key, "must be a list, not " + value);
        return value;
    }

    private static void require(boolean condition, String key, String message) {
        if (!condition) {
            throw new IllegalArgumentException(key + " " + message);
        }
    }
}
