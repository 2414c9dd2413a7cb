package dev.pathline.worker;

import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.card.ModelKind;
import dev.pathline.diffusion.prediction.Preconditioning;
import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.prediction.TimeInput;
import dev.pathline.diffusion.schedule.RectifiedFlow;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.checkpoint.StoredType;
import dev.pathline.engine.checkpoint.TensorData;
import dev.pathline.engine.graph.Initializer;
import dev.pathline.engine.graph.Network;
import dev.pathline.engine.network.UNet2D;
import dev.pathline.engine.network.UNet2DConfig;
import dev.pathline.engine.network.UNet2DConfigJson;
import dev.pathline.engine.script.InferenceProgram;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** Checkpoints of a network so small that a test samples it in milliseconds. */
final class TinyModels {

    private TinyModels() {}

    /** Writes a model with random weights. */
    static void write(Path root, String name) {
        write(root, name, Map.of());
    }

    /** Writes a model whose numbers overflow on the way, so that its output is not one. */
    static void writeBroken(Path root, String name) {
        write(root, name, Map.of("conv_norm_out.bias",
                new TensorData(List.of(8), filled(8, 3e38f)),
                "conv_out.weight", new TensorData(List.of(1, 8, 3, 3), filled(72, 3e38f))));
    }

    /** Writes a model that takes several times the memory. */
    static void writeWide(Path root, String name) {
        write(root, name, config(64), Map.of());
    }

    /** Writes a flow map with random weights. */
    static void writeMap(Path root, String name) {
        UNet2DConfig config = config(8, ", \"time_embedding_type\": \"low_frequency\","
                + " \"target_embedding_type\": \"low_frequency\"");
        write(root, card(name, ModelKind.FLOW_MAP, Prediction.AVERAGE_VELOCITY, TimeInput.IDENTITY), config, Map.of());
    }

    private static float[] filled(int size, float value) {
        float[] values = new float[size];
        Arrays.fill(values, value);
        return values;
    }

    /** Returns what a model takes on a device in float32, with places for so many samples and evaluations of so many rows. */
    static long bytes(int slots, int rows) {
        return bytes(config(), slots, rows);
    }

    /** Returns what the wide model takes likewise. */
    static long wideBytes(int slots, int rows) {
        return bytes(config(64), slots, rows);
    }

    private static long bytes(UNet2DConfig config, int slots, int rows) {
        Network network = UNet2D.build(config);
        return Float.BYTES * (network.parameterCount() + (slots + 1) * InferenceProgram.REGISTERS * 64L
                + rows * network.liveNumbers() * 3 / 2);
    }

    private static UNet2DConfig config() {
        return config(8);
    }

    private static UNet2DConfig config(int channels) {
        return config(channels, "");
    }

    private static UNet2DConfig config(int channels, String more) {
        return UNet2DConfigJson.read(JsonMapper.shared().readTree(
                """
                        {"sample_size": 8, "in_channels": 1, "out_channels": 1, "block_out_channels": [CHANNELS, CHANNELS],
                         "down_block_types": ["DownBlock2D", "AttnDownBlock2D"], "up_block_types": ["AttnUpBlock2D", "UpBlock2D"],
                         "layers_per_block": 1, "attention_head_dim": 8, "norm_num_groups": 4, "num_class_embeds": 4MORE}"""
                        .replace("CHANNELS", Integer.toString(channels)).replace("MORE", more)));
    }

    private static void write(Path root, String name, Map<String, TensorData> replaced) {
        write(root, name, config(), replaced);
    }

    private static void write(Path root, String name, UNet2DConfig config, Map<String, TensorData> replaced) {
        write(root, card(name, ModelKind.DIFFUSION, Prediction.VELOCITY, TimeInput.scaled(1000)), config, replaced);
    }

    private static ModelCard card(String name, ModelKind kind, Prediction prediction, TimeInput time) {
        return ModelCard.of(name, kind, List.of(1, 8, 8), RectifiedFlow.DEFAULT.spec(), prediction)
                .withNetworkInput(Preconditioning.NONE, time).withVersion("1")
                .withClasses(List.of("a", "b", "c"), true);
    }

    private static void write(Path root, ModelCard card, UNet2DConfig config, Map<String, TensorData> replaced) {
        Map<String, TensorData> weights = new HashMap<>();
        UNet2D.build(config).parameters()
                .forEach(p -> weights.put(p.name(), new TensorData(p.shape(), Initializer.values(p, 1))));
        // The output starts at zero in training; here it must not.
        weights.put("conv_out.bias", new TensorData(List.of(1), new float[]{0.3f}));
        weights.putAll(replaced);
        new Checkpoint(card, config, weights).write(root.resolve(card.name()).resolve("1"), StoredType.F32);
    }
}
