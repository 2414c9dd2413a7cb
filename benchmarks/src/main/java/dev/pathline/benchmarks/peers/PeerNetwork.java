package dev.pathline.benchmarks.peers;

import dev.pathline.engine.checkpoint.Safetensors;
import dev.pathline.engine.checkpoint.StoredType;
import dev.pathline.engine.checkpoint.TensorData;
import dev.pathline.engine.graph.Network;
import dev.pathline.engine.graph.Parameter;
import dev.pathline.engine.network.UNet2DConfigJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;

/**
 * A network that both sides evaluate, with random weights, in a folder that Python reads.
 *
 * @param name {@code small}, {@code medium} or {@code starter}
 * @param folder where it is
 * @param network its graph
 * @param weights its weights, in the order of the network's parameters
 */
public record PeerNetwork(String name, Path folder, Network network, List<TensorData> weights) {

    /** The networks whose evaluation is compared. */
    public static final List<String> EVALUATED = List.of("small", "medium");

    /** The networks whose training is compared; {@code starter} is that of the model {@code fashion-flow}. */
    public static final List<String> TRAINED = List.of("small", "starter");

    /** The networks of flow maps whose training is compared: those with a second time. */
    public static final List<String> MAPS = List.of("small-map", "starter-map");

    /** Height and width of the samples, which have one channel. */
    static final int SIZE = 28;

    private static final String MAP = "-map";

    private static final String TIMES = """
            "time_embedding_type": "low_frequency", "target_embedding_type": "low_frequency",
             "time_embedding_max_frequency": 25.0,
            """;

    /** Classes, of a table that diffusers looks up. */
    static final int CLASSES = 11;

    /**
     * Writes a network.
     *
     * @throws IllegalArgumentException if there is none of that name
     */
    public static PeerNetwork write(Path folder, String name) throws IOException {
        boolean map = name.endsWith(MAP);
        String blocks = switch (map ? name.substring(0, name.length() - MAP.length()) : name) {
            case "small" -> blocks("32, 64, 64", 2, "Attn", 8, 32);
            case "medium" -> blocks("64, 128, 128", 2, "Attn", 8, 32);
            case "starter" -> blocks("32, 64, 64", 1, "", 32, 8);
            default -> throw new IllegalArgumentException("there is no network '" + name
                    + "', only small, medium and starter");
        };
        String config = """
                {"_class_name": "UNet2DModel", "_diffusers_version": "0.30.0", "sample_size": %d, "in_channels": 1,
                 "out_channels": 1, "num_class_embeds": %d, %s%s}
                """.formatted(SIZE, CLASSES, map ? TIMES : "", blocks);
        Network network = UNet2DConfigJson.read(JsonMapper.shared().readTree(config)).build();
        var weights = new ArrayList<TensorData>();
        var named = new TreeMap<String, TensorData>();
        var random = new Random(5);
        for (Parameter parameter : network.parameters()) {
            weights.add(new TensorData(parameter.shape(), values(parameter, random)));
            named.put(parameter.name(), weights.getLast());
        }
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("config.json"), config);
        Safetensors.write(folder.resolve("diffusion_pytorch_model.safetensors"), named, StoredType.F32, Map.of());
        return new PeerNetwork(name, folder, network, weights);
    }

    /** Three levels, the coarsest with attention, the second too where {@code second} says so. */
    private static String blocks(String channels, int layers, String second, int headChannels, int groups) {
        return """
                "block_out_channels": [%s], "layers_per_block": %d, "attention_head_dim": %d, "norm_num_groups": %d,
                 "down_block_types": ["DownBlock2D", "%5$sDownBlock2D", "AttnDownBlock2D"],
                 "up_block_types": ["AttnUpBlock2D", "%5$sUpBlock2D", "UpBlock2D"]
                """.formatted(channels, layers, headChannels, groups, second);
    }

    /** Of a size that keeps the activations of order one; nothing is left at zero, where it would hide a difference. */
    private static float[] values(Parameter parameter, Random random) {
        int fanIn = parameter.shape().stream().skip(1).reduce(1, Math::multiplyExact);
        boolean scale = parameter.shape().size() == 1 && parameter.name().endsWith("weight");
        double spread = parameter.shape().size() == 1 ? 0.1 : 1 / Math.sqrt(fanIn);
        float[] values = new float[Math.toIntExact(parameter.size())];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (spread * random.nextGaussian() + (scale ? 1 : 0));
        }
        return values;
    }
}
