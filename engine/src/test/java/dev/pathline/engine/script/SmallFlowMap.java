package dev.pathline.engine.script;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.pathline.engine.TestDevice;
import dev.pathline.engine.graph.Network;
import dev.pathline.engine.network.NetworkType;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** A small U-Net with attention at a level and in the middle, classes, and two times in low frequencies. */
final class SmallFlowMap {

    /** Pairs of a time and a target, near both ends and in between; one is degenerate. */
    static final double[][] TIMES = {{1e-3, 0}, {0.25, 0.1}, {0.5, 0.5}, {0.8, 0}, {0.999, 0.3}, {1, 0.001}};

    private static final Shape SHAPE = new Shape(TIMES.length, 2, 8, 8);

    static final Network NETWORK = NetworkType.read(JsonMapper.shared().readTree("""
            {"_class_name": "UNet2DModel", "sample_size": 8, "in_channels": 2, "out_channels": 2, "layers_per_block": 1,
             "block_out_channels": [16, 16], "down_block_types": ["DownBlock2D", "AttnDownBlock2D"],
             "up_block_types": ["AttnUpBlock2D", "UpBlock2D"], "attention_head_dim": 8, "norm_num_groups": 4,
             "num_class_embeds": 3, "time_embedding_type": "low_frequency", "target_embedding_type": "low_frequency",
             "time_embedding_max_frequency": 25.0}""")).build();

    /** A transformer with the same inputs. */
    static final Network TRANSFORMER = NetworkType.read(JsonMapper.shared().readTree("""
            {"_class_name": "DiTTransformer2DModel", "sample_size": 8, "patch_size": 4, "in_channels": 2,
             "num_layers": 2, "num_attention_heads": 2, "attention_head_dim": 8, "num_embeds_ada_norm": 3,
             "time_embedding_type": "low_frequency", "target_embedding_type": "low_frequency",
             "time_embedding_max_frequency": 25.0}""")).build();

    private SmallFlowMap() {}

    /** The same random weights in any type. */
    static List<NDArray> weights(NDManager manager, Network network, DataType type) {
        return TestDevice.onDevice(manager, network, TestDevice.randomWeights(network, 3)).stream()
                .map(w -> w.toType(type, false)).toList();
    }

    /** A point at {@link #TIMES}: x, time, target, label. */
    static List<NDArray> inputs(NDManager manager, DataType type) {
        long[] labels = {0, 1, 2, 0, 1, 2};
        return List.of(gaussian(manager, 1, type), column(manager, 0, type), column(manager, 1, type),
                manager.create(labels));
    }

    /** A direction in x, time and target. */
    static Map<String, NDArray> directions(NDManager manager, DataType type) {
        double[] dt = {1, 1, -1, 0.5, 1, 1};
        double[] dr = {0.5, 1, 1, -1, 0.3, -0.7};
        return Map.of("x", gaussian(manager, 2, type), "time", manager.create(dt).toType(type, false), "target",
                manager.create(dr).toType(type, false));
    }

    private static NDArray gaussian(NDManager manager, long seed, DataType type) {
        return manager.create(TestDevice.gaussian((int) SHAPE.size(), seed), SHAPE).toType(type, false);
    }

    private static NDArray column(NDManager manager, int index, DataType type) {
        double[] values = java.util.Arrays.stream(TIMES).mapToDouble(pair -> pair[index]).toArray();
        return manager.create(values).toType(type, false);
    }
}
