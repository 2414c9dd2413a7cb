package dev.pathline.engine.network;

import dev.pathline.engine.network.UNet2DConfig.Attention;
import dev.pathline.engine.network.UNet2DConfig.Block;
import dev.pathline.engine.network.UNet2DConfig.ClassInput;
import dev.pathline.engine.network.UNet2DConfig.Conditioning;
import dev.pathline.engine.network.UNet2DConfig.Levels;
import dev.pathline.engine.network.UNet2DConfig.Resampling;
import dev.pathline.engine.network.UNet2DConfig.Residuals;
import dev.pathline.engine.network.UNet2DConfig.Sample;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.Map;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads a {@link UNet2DConfig} from diffusers' {@code unet/config.json}, with its keys and defaults, and with keys of
 * our own for flow maps: {@code time_embedding_type} may be {@code low_frequency},
 * {@code time_embedding_max_frequency} is its largest angular frequency, and {@code target_embedding_type}
 * ({@code positional} or {@code low_frequency}) adds a second time with the weights
 * {@code time_embedding_r.linear_1} and {@code linear_2}. {@code guidance_embedding_type} ({@code low_frequency}) makes the
 * scale of guidance an input, with the weights {@code guidance_embedding.linear_1} and {@code linear_2}.
 *
 * <p>A setting that is not computed here is refused by name. Keys that are not known are kept and not looked at, as
 * diffusers does.
 */
public final class UNet2DConfigJson {

    /** The value of {@code _class_name}. */
    public static final String CLASS_NAME = "UNet2DModel";

    private static final ObjectNode DEFAULTS = (ObjectNode) JsonMapper.shared().readTree("""
            {"_class_name": "UNet2DModel", "_diffusers_version": "0.30.0", "sample_size": null, "in_channels": 3,
             "out_channels": 3, "center_input_sample": false, "time_embedding_type": "positional",
             "time_embedding_dim": null, "freq_shift": 0, "flip_sin_to_cos": true,
             "down_block_types": ["DownBlock2D", "AttnDownBlock2D", "AttnDownBlock2D", "AttnDownBlock2D"],
             "mid_block_type": "UNetMidBlock2D",
             "up_block_types": ["AttnUpBlock2D", "AttnUpBlock2D", "AttnUpBlock2D", "UpBlock2D"],
             "block_out_channels": [224, 448, 672, 896], "layers_per_block": 2, "mid_block_scale_factor": 1,
             "downsample_padding": 1, "downsample_type": "conv", "upsample_type": "conv", "dropout": 0.0,
             "act_fn": "silu", "attention_head_dim": 8, "norm_num_groups": 32, "attn_norm_num_groups": null,
             "norm_eps": 1e-05, "resnet_time_scale_shift": "default", "add_attention": true,
             "class_embed_type": null, "num_class_embeds": null, "num_train_timesteps": null}""");

    private static final ObjectNode EXTENSIONS = (ObjectNode) JsonMapper.shared().readTree("""
            {"target_embedding_type": null, "guidance_embedding_type": null, "time_embedding_max_frequency": 25.0,
             "target_embedding_scale": 1.0}""");

    /** The names that settings had in July 2022, before they were diffusers' own: today it would take its defaults for them. */
    static final Map<String, String> FORMER = Map.of("image_size", "sample_size", "num_res_blocks", "layers_per_block",
            "block_channels", "block_out_channels", "down_blocks", "down_block_types", "up_blocks", "up_block_types",
            "downscale_freq_shift", "freq_shift", "resnet_num_groups", "norm_num_groups", "resnet_act_fn", "act_fn",
            "resnet_eps", "norm_eps", "num_head_channels", "attention_head_dim");

    private static final String CONV = "conv";
    private static final String RESNET = "resnet";
    private static final String NONE = "null";
    private static final String IDENTITY = "identity";
    private static final String TIMESTEP = "timestep";

    private final JsonSettings settings;

    private UNet2DConfigJson(JsonNode json) {
        settings = new JsonSettings(completed(json), EXTENSIONS);
    }

    /**
     * Reads a configuration, and keeps what it was read from.
     *
     * @throws IllegalArgumentException if a setting is malformed or not supported; the message names it
     */
    public static UNet2DConfig read(JsonNode json) {
        var reader = new UNet2DConfigJson(json);
        return new UNet2DConfig(reader.sample(), reader.levels(), reader.residuals(), reader.attention(),
                reader.resampling(), reader.conditioning(), JsonSettings.copy(json, CLASS_NAME));
    }

    /** Returns the keys that are known: diffusers' and ours. */
    static Set<String> keys() {
        var keys = new TreeSet<>(DEFAULTS.propertyNames());
        keys.addAll(EXTENSIONS.propertyNames());
        return keys;
    }

    /** Returns settings with every default of diffusers written out, so that a file says all. */
    public static ObjectNode completed(JsonNode json) {
        return JsonSettings.completed(json, DEFAULTS);
    }

    private Sample sample() {
        return new Sample(settings.isNull("sample_size") ? List.of() : settings.positives("sample_size", 2),
                settings.positive("in_channels"), settings.positive("out_channels"),
                settings.flag("center_input_sample"));
    }

    private Levels levels() {
        return new Levels(settings.positives("block_out_channels"), blocks("down_block_types", "Down", "Downsample"),
                blocks("up_block_types", "Up", "Upsample"), settings.layers("layers_per_block"),
                settings.word("mid_block_type", List.of("UNetMidBlock2D", NONE)).equals("UNetMidBlock2D"));
    }

    /** Old files write {@code UNetResDownBlock2D}, which diffusers reads as {@code DownBlock2D}. */
    private List<Block> blocks(String key, String plain, String resnet) {
        Map<String, Block> known = new LinkedHashMap<>();
        known.put(plain + "Block2D", Block.PLAIN);
        known.put("Attn" + plain + "Block2D", Block.ATTENTION);
        known.put("Resnet" + resnet + "Block2D", Block.RESNET);
        return settings.words(key).stream().map(name -> {
            Block block = known.get(name.startsWith("UNetRes") ? name.substring(7) : name);
            if (block == null) {
                throw new IllegalArgumentException(
                        key + " has '" + name + "'; supported are " + String.join(", ", known.keySet()));
            }
            return block;
        }).toList();
    }

    private Residuals residuals() {
        double dropout = settings.number("dropout");
        JsonSettings.require(dropout >= 0 && dropout < 1, "dropout", "must be from 0 to less than 1, not " + dropout);
        return new Residuals(settings.positive("norm_num_groups"), settings.positiveNumber("norm_eps"),
                Activation.named("act_fn", settings.text("act_fn")), scaleShift(),
                settings.positiveNumber("mid_block_scale_factor"), dropout);
    }

    private boolean scaleShift() {
        return settings.word("resnet_time_scale_shift", List.of("default", "scale_shift")).equals("scale_shift");
    }

    private Attention attention() {
        Integer groups = settings.positiveOrNull("attn_norm_num_groups");
        if (groups == null && !scaleShift()) {
            groups = settings.positive("norm_num_groups");
        }
        return new Attention(settings.positiveOrNull("attention_head_dim"), settings.flag("add_attention"), groups);
    }

    private Resampling resampling() {
        double padding = settings.number("downsample_padding");
        JsonSettings.require(padding == 0 || padding == 1, "downsample_padding", "must be 0 or 1, not " + padding);
        return new Resampling(byResnet("downsample_type"), byResnet("upsample_type"), padding == 1);
    }

    /** Null is a convolution too. */
    private boolean byResnet(String key) {
        return settings.word(key, List.of(CONV, RESNET, NONE)).equals(RESNET);
    }

    private Conditioning conditioning() {
        int channels = settings.positives("block_out_channels").getFirst();
        Integer width = settings.positiveOrNull("time_embedding_dim");
        var positional = new TimeFeatures.Positional(channels, settings.flag("flip_sin_to_cos"),
                settings.number("freq_shift"));
        return new Conditioning(width == null ? 4 * channels : width, time(positional),
                TimeFeaturesJson.readTarget(settings, positional), TimeFeaturesJson.readGuidance(settings, positional),
                classes(), rows());
    }

    private TimeFeatures time(TimeFeatures.Positional positional) {
        String type = settings.word(TimeFeaturesJson.TIME_TYPE, List.of(TimeFeaturesJson.POSITIONAL, "fourier",
                "learned", TimeFeaturesJson.LOW_FREQUENCY));
        return switch (type) {
            case "fourier" -> new TimeFeatures.LogFourier(positional.width());
            case "learned" -> new TimeFeatures.Learned(settings.positive("num_train_timesteps"), positional.width());
            default -> TimeFeaturesJson.named(settings, type, positional);
        };
    }

    private ClassInput classes() {
        return switch (settings.word("class_embed_type", List.of(NONE, TIMESTEP, IDENTITY))) {
            case TIMESTEP -> ClassInput.TIMESTEP;
            case IDENTITY -> ClassInput.VECTOR;
            default -> settings.isNull("num_class_embeds") ? ClassInput.NONE : ClassInput.TABLE;
        };
    }

    private int rows() {
        Integer rows = settings.positiveOrNull("num_class_embeds");
        return rows == null || classes() != ClassInput.TABLE ? 0 : rows;
    }
}
