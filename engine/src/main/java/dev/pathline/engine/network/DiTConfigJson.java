package dev.pathline.engine.network;

import dev.pathline.engine.network.DiTConfig.Blocks;
import dev.pathline.engine.network.DiTConfig.Conditioning;
import dev.pathline.engine.network.DiTConfig.Sample;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads a {@link DiTConfig} from diffusers' {@code transformer/config.json}, with its keys and defaults, and with
 * settings of our own: {@code time_embedding_type} ({@code positional} or {@code low_frequency}, whose largest angular
 * frequency is {@code time_embedding_max_frequency}), {@code target_embedding_type} (a second time, with the weights
 * {@code timestep_embedder_r.linear_1} and {@code linear_2}), {@code guidance_embedding_type} (the scale of guidance as
 * an input, with the weights {@code guidance_embedder.linear_1} and {@code linear_2}), {@code qk_norm} ({@code layer_norm}, with diffusers' names
 * {@code attn1.norm_q} and {@code norm_k}), and null for {@code num_embeds_ada_norm}, no classes. The class may have its
 * name of before, {@code Transformer2DModel}.
 *
 * <p>A setting that is not computed here is refused by name. Keys that are not known are kept and not looked at.
 */
public final class DiTConfigJson {

    /** The value of {@code _class_name}. */
    public static final String CLASS_NAME = "DiTTransformer2DModel";

    /**
     * The name that published checkpoints have, of a class of diffusers that was several networks: {@code norm_type} says
     * which, and diffusers of today reads {@code ada_norm_zero} as the other.
     */
    static final String FORMER_CLASS_NAME = "Transformer2DModel";

    static final String CLASSES = "num_embeds_ada_norm";
    static final String QUERY_KEY_NORM = "qk_norm";

    /** The features of a time are 256, whatever the network's width. */
    private static final TimeFeatures.Positional POSITIONAL = new TimeFeatures.Positional(256, true, 1);

    private static final String LAYER_NORM = "layer_norm";
    private static final String TANH = "gelu-approximate";

    private static final ObjectNode DEFAULTS = (ObjectNode) JsonMapper.shared().readTree("""
            {"num_attention_heads": 16, "attention_head_dim": 72, "in_channels": 4, "out_channels": null,
             "num_layers": 28, "attention_bias": true, "sample_size": 32, "patch_size": 2,
             "activation_fn": "gelu-approximate", "num_embeds_ada_norm": 1000, "norm_type": "ada_norm_zero",
             "norm_elementwise_affine": false, "norm_eps": 1e-05, "qk_norm": null, "time_embedding_type": "positional",
             "target_embedding_type": null, "guidance_embedding_type": null, "time_embedding_max_frequency": 25.0,
             "target_embedding_scale": 1.0}""");

    /** What diffusers has and computes nothing from here, and what the former class had for its other networks. */
    private static final Set<String> UNUSED = Set.of("dropout", "norm_num_groups", "upcast_attention", "attention_type",
            "caption_channels", "cross_attention_dim", "double_self_attention", "interpolation_scale",
            "num_vector_embeds", "only_cross_attention", "use_additional_conditions", "use_linear_projection");

    private DiTConfigJson() {}

    /** Returns the keys that are known: diffusers' and ours. */
    static Set<String> keys() {
        var keys = new TreeSet<>(DEFAULTS.propertyNames());
        keys.addAll(UNUSED);
        return keys;
    }

    /**
     * Reads a configuration, and keeps what it was read from.
     *
     * @throws IllegalArgumentException if a setting is malformed or not supported; the message names it
     */
    public static DiTConfig read(JsonNode json) {
        JsonSettings.require(json.has("norm_type") || !json.path("_class_name").asString("").equals(FORMER_CLASS_NAME),
                "norm_type", "is missing; of " + FORMER_CLASS_NAME + " the networks with ada_norm_zero are supported");
        var settings = new JsonSettings(json, DEFAULTS);
        settings.word("norm_type", List.of("ada_norm_zero"));
        Integer out = settings.positiveOrNull("out_channels");
        int in = settings.positive("in_channels");
        return new DiTConfig(
                new Sample(settings.positive("sample_size"), settings.positive("patch_size"), in,
                        out == null ? in : out),
                blocks(settings), new Conditioning(TimeFeaturesJson.read(settings, POSITIONAL),
                        TimeFeaturesJson.readTarget(settings, POSITIONAL),
                        TimeFeaturesJson.readGuidance(settings, POSITIONAL), settings.positiveOrNull(CLASSES)),
                JsonSettings.copy(json, CLASS_NAME));
    }

    private static Blocks blocks(JsonSettings settings) {
        return new Blocks(settings.layers("num_layers"), settings.positive("num_attention_heads"),
                settings.positive("attention_head_dim"), settings.flag("attention_bias"),
                settings.word("activation_fn", List.of("gelu", TANH)).equals(TANH),
                settings.flag("norm_elementwise_affine"), settings.positiveNumber("norm_eps"),
                settings.word(QUERY_KEY_NORM, List.of("null", LAYER_NORM)).equals(LAYER_NORM));
    }
}
