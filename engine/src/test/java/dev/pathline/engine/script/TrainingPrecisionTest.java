package dev.pathline.engine.script;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.pathline.engine.TestDevice;
import dev.pathline.engine.objective.Recipe;
import dev.pathline.engine.graph.Network;
import dev.pathline.engine.network.UNet2D;
import dev.pathline.engine.network.UNet2DConfigJson;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** The gradients of profiles that round, against those of float32: a first moment is a tenth of the gradient. */
class TrainingPrecisionTest {

    /** Attention over 14 x 14 places in 16 heads: one row is a tile, whatever the precision. */
    private static final Network NETWORK = UNet2D.build(UNet2DConfigJson.read(JsonMapper.shared().readTree("""
            {"sample_size": 14, "in_channels": 1, "out_channels": 1, "block_out_channels": [32, 32],
             "down_block_types": ["AttnDownBlock2D", "DownBlock2D"], "up_block_types": ["UpBlock2D", "AttnUpBlock2D"],
             "layers_per_block": 1, "attention_head_dim": 2, "norm_num_groups": 8}""")));
    private static final int BATCH = 3;

    /** One step from the same weights; returns the gradients. */
    private static List<float[]> gradients(NumericProfile profile) {
        return TestDevice.on(() -> {
            try (NDManager manager = TestDevice.TORCH.newManager();
                    var program = new TrainingProgram(TestDevice.TORCH, new TrainingProgram.Task(NETWORK, profile,
                            new TrainingProgram.Loss.Target(Recipe.plain(false)),
                            new TrainingProgram.AdamW(0.9, 0.99, 1e-8, 0, 1e9), 0, 1))) {
                List<NDArray> weights = TestDevice.onDevice(manager, NETWORK, TestDevice.randomWeights(NETWORK, 3));
                List<NDArray> moments = weights.stream().map(w -> manager.zeros(w.getShape())).toList();
                List<NDArray> squares = weights.stream().map(w -> manager.zeros(w.getShape())).toList();
                var shape = new Shape(BATCH, 1, 14, 14);
                float[] rows = new float[BATCH * 8];
                for (int i = 0; i < BATCH; i++) {
                    System.arraycopy(new float[]{0.7f, 0.3f, 1, 300 + i, -1, 1, 1, -0.8f}, 0, rows, i * 8, 8);
                }
                NDList result = program.step(manager,
                        new TrainingProgram.Samples(manager.create(TestDevice.gaussian(BATCH * 196, 1), shape),
                                manager.create(TestDevice.gaussian(BATCH * 196, 2), shape),
                                manager.create(rows, new Shape(BATCH, 8)), Map.of(), Map.of()),
                        new TrainingProgram.State(weights, moments, squares, List.of()),
                        new TrainingProgram.Step(1e-3, List.of(), 1));
                assertThat(result.get(1).getFloat()).isFinite();
                return moments.stream().map(NDArray::toFloatArray).toList();
            }
        });
    }

    /** The norm of the difference as a share of the norm. */
    private static double error(List<float[]> gradients, List<float[]> reference) {
        double difference = 0;
        double norm = 0;
        for (int k = 0; k < reference.size(); k++) {
            for (int i = 0; i < reference.get(k).length; i++) {
                difference += Math.pow(gradients.get(k)[i] - reference.get(k)[i], 2);
                norm += Math.pow(reference.get(k)[i], 2);
            }
        }
        assertThat(norm).isPositive();
        return Math.sqrt(difference / norm);
    }

    @Test
    void shouldHaveTheGradientsOfFloat32UpToRounding() {
        List<float[]> reference = gradients(NumericProfile.FLOAT32);

        assertThat(error(gradients(NumericProfile.FLOAT32_CHANNELS_LAST), reference)).isLessThan(1e-4);
        assertThat(error(gradients(NumericProfile.BFLOAT16), reference)).isLessThan(0.05);
        assertThat(error(gradients(NumericProfile.BFLOAT16_CHANNELS_LAST), reference)).isLessThan(0.05);
    }

    @Test
    void shouldRepeatAStepBitForBit() {
        List<float[]> first = gradients(NumericProfile.BFLOAT16);
        List<float[]> again = gradients(NumericProfile.BFLOAT16);

        assertThat(again).usingRecursiveComparison().isEqualTo(first);
    }
}
