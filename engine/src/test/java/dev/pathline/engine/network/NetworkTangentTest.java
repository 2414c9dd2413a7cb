package dev.pathline.engine.network;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.pathline.engine.TestDevice;
import dev.pathline.engine.graph.Network;
import dev.pathline.engine.script.DerivativeProgram;
import dev.pathline.engine.script.NumericProfile;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/** Every kind of flow map's Jacobian-vector product with respect to point and both times, against differences. */
class NetworkTangentTest {

    private static final String TIMES = """
            , "time_embedding_type": "low_frequency", "target_embedding_type": "low_frequency"}""";

    private static final String UNET = """
            {"_class_name": "UNet2DModel", "sample_size": 8, "in_channels": 2, "out_channels": 2,
             "block_out_channels": [8, 16], "down_block_types": ["ResnetDownsampleBlock2D", "AttnDownBlock2D"],
             "up_block_types": ["AttnUpBlock2D", "UpBlock2D"], "layers_per_block": 1, "norm_num_groups": 4,
             "resnet_time_scale_shift": "scale_shift", "act_fn": "gelu\"""";

    private static final String DIT = """
            {"_class_name": "DiTTransformer2DModel", "sample_size": 8, "patch_size": 2, "in_channels": 2,
             "num_layers": 2, "num_attention_heads": 2, "attention_head_dim": 8, "num_embeds_ada_norm": null,
             "qk_norm": "layer_norm\"""";

    private static final String MLP = """
            {"_class_name": "MlpDenoiser", "sample_shape": [2, 8, 8], "hidden_width": 16, "num_blocks": 2""";

    @ParameterizedTest
    @ValueSource(strings = {UNET, DIT, MLP})
    void shouldMatchDifferences(String config) {
        Network network = NetworkType.read(JsonMapper.shared().readTree(config + TIMES)).build();

        assertThat(error(network, NumericProfile.FLOAT64, DataType.FLOAT64, 1e-5)).isLessThan(1e-6);
        assertThat(error(network, NumericProfile.FLOAT32, DataType.FLOAT32, 2e-3)).isLessThan(1e-3);
    }

    /** The largest difference of two tangents over the largest element. */
    private static double error(Network network, NumericProfile profile, DataType type, double step) {
        return TestDevice.on(() -> {
            try (NDManager manager = TestDevice.TORCH.newManager();
                    var program = new DerivativeProgram(TestDevice.TORCH, network, profile)) {
                List<NDArray> weights = TestDevice.onDevice(manager, network, TestDevice.randomWeights(network, 3))
                        .stream().map(w -> w.toType(type, false)).toList();
                List<NDArray> at = List.of(gaussian(manager, 1).toType(type, false),
                        manager.create(new double[]{0.9, 0.4}).toType(type, false),
                        manager.create(new double[]{0.1, 0.4}).toType(type, false));
                List<NDArray> along = List.of(gaussian(manager, 2).toType(type, false),
                        manager.create(new double[]{1, 0.5}).toType(type, false),
                        manager.create(new double[]{-0.3, 1}).toType(type, false));
                NDArray exact = program.jvp(manager, at, Map.of("x", along.get(0), "time", along.get(1), "target",
                        along.get(2)), weights).tangents().getFirst();
                NDArray difference = value(manager, program, moved(at, along, step), weights)
                        .sub(value(manager, program, moved(at, along, -step), weights)).div(2 * step);
                return exact.sub(difference).abs().max().toType(DataType.FLOAT64, false).getDouble()
                        / exact.abs().max().toType(DataType.FLOAT64, false).getDouble();
            }
        });
    }

    private static NDArray value(NDManager manager, DerivativeProgram program, List<NDArray> at,
            List<NDArray> weights) {
        return program.jvp(manager, at, Map.of(), weights).values().getFirst();
    }

    private static List<NDArray> moved(List<NDArray> at, List<NDArray> along, double step) {
        var moved = new ArrayList<NDArray>();
        for (int i = 0; i < at.size(); i++) {
            moved.add(at.get(i).add(along.get(i).mul(step)));
        }
        return moved;
    }

    private static NDArray gaussian(NDManager manager, long seed) {
        return manager.create(TestDevice.gaussian(2 * 128, seed), new Shape(2, 2, 8, 8));
    }
}
