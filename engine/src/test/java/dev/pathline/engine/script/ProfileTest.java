package dev.pathline.engine.script;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.pathline.engine.TestDevice;
import dev.pathline.engine.graph.Network;
import dev.pathline.engine.network.UNet2D;
import dev.pathline.engine.network.UNet2DConfigJson;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

class ProfileTest {

    private static final Network NETWORK = UNet2D.build(UNet2DConfigJson.read(JsonMapper.shared().readTree(
            """
                    {"sample_size": 28, "in_channels": 1, "out_channels": 1, "block_out_channels": [32, 64, 64],
                     "down_block_types": ["DownBlock2D", "DownBlock2D", "AttnDownBlock2D"], "up_block_types": ["AttnUpBlock2D", "UpBlock2D", "UpBlock2D"],
                     "layers_per_block": 1, "attention_head_dim": 32, "norm_num_groups": 8, "num_class_embeds": 11}""")));
    private static final int BATCH = 5;

    private static float[] output(NumericProfile profile) {
        return TestDevice.on(() -> {
            try (NDManager manager = TestDevice.TORCH.newManager();
                    var program = new InferenceProgram(TestDevice.TORCH, NETWORK, profile)) {
                var weights = program.prepare(manager,
                        TestDevice.onDevice(manager, NETWORK, TestDevice.randomWeights(NETWORK, 3)));
                NDList out = program.forward(manager,
                        List.of(manager.create(TestDevice.gaussian(BATCH * 784, 1), new Shape(BATCH, 1, 28, 28)),
                                manager.create(new float[]{0, 10, 250, 700.5f, 999}),
                                manager.create(new long[]{0, 10, 3, 4, 9})),
                        weights);
                assertThat(out.getFirst().getShape()).isEqualTo(new Shape(BATCH, 1, 28, 28));
                return out.getFirst().toFloatArray();
            }
        });
    }

    @Test
    void shouldNotKeepTheCallersMemory() {
        for (NumericProfile profile : NumericProfile.ALL) {
            if (profile.precision() == NumericProfile.Precision.FLOAT64 || !TestDevice.runs(profile)) {
                continue;
            }
            boolean same = TestDevice.on(() -> {
                try (NDManager manager = TestDevice.TORCH.newManager();
                        var program = new InferenceProgram(TestDevice.TORCH, NETWORK, profile)) {
                    var masters = TestDevice.onDevice(manager, NETWORK, TestDevice.randomWeights(NETWORK, 3));
                    var prepared = program.prepare(manager, masters);
                    float[] before = once(manager, program, prepared);
                    masters.forEach(w -> w.muli(0));
                    return java.util.Arrays.equals(before, once(manager, program, prepared));
                }
            });
            assertThat(same).as(profile.name()).isTrue();
        }
    }

    private static float[] once(NDManager manager, InferenceProgram program, PreparedWeights weights) {
        return program.forward(manager, List.of(manager.create(TestDevice.gaussian(784, 1), new Shape(1, 1, 28, 28)),
                manager.create(new float[]{500}), manager.create(new long[]{1})), weights).getFirst().toFloatArray();
    }

    private static double relativeError(float[] a, float[] reference) {
        double error = 0;
        double norm = 0;
        for (int i = 0; i < a.length; i++) {
            error += (a[i] - reference[i]) * (double) (a[i] - reference[i]);
            norm += reference[i] * (double) reference[i];
        }
        return Math.sqrt(error / norm);
    }

    @ParameterizedTest
    @CsvSource({"f32-cl, 1e-5", "f32-packed, 1e-5", "bf16, 0.03", "bf16-cl, 0.03", "bf16-packed, 0.03", "f16, 0.004",
        "f16-cl, 0.004"})
    void shouldAgreeWithTheReference(String profile, double bound) {
        float[] reference = output(NumericProfile.FLOAT32);
        if (!TestDevice.runs(NumericProfile.named(profile))) {
            return;
        }

        assertThat(relativeError(output(NumericProfile.named(profile)), reference)).isLessThan(bound);
        assertThat(relativeError(new float[reference.length], reference)).isEqualTo(1);
    }

    @Test
    void shouldGiveEqualBitsTwice() {
        for (NumericProfile profile : NumericProfile.ALL) {
            if (profile.precision() != NumericProfile.Precision.FLOAT64 && TestDevice.runs(profile)) {
                assertThat(output(profile)).as(profile.name()).isEqualTo(output(profile));
            }
        }
    }
}
