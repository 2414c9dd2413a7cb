package dev.pathline.engine.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.pathline.engine.TestDevice;
import org.junit.jupiter.api.Test;

final class ScriptProgramTest {

    private static final String METHODS = """
              def forward(self, x: Tensor) -> List[Tensor]:
                return [x]

              def vast(self, x: Tensor) -> List[Tensor]:
                return [torch.zeros([1125899906842624])]

              def wrong(self, x: Tensor) -> List[Tensor]:
                return [torch.matmul(x, x)]
            """;

    @Test
    void shouldTellWhenTheDeviceHasNotEnoughMemory() {
        TestDevice.on(() -> {
            try (NDManager manager = TestDevice.TORCH.newManager();
                    ScriptProgram program = ScriptProgram.compile(TestDevice.TORCH, METHODS)) {
                var x = new ScriptProgram.Argument.Single(manager.zeros(new Shape(2, 3)));

                assertThatThrownBy(() -> program.infer(manager, "vast", x))
                        .isInstanceOf(DeviceMemoryException.class).hasMessageContaining("not enough memory");
                assertThatThrownBy(() -> program.infer(manager, "wrong", x)).isInstanceOf(EngineException.class);
                assertThat(program.infer(manager, "forward", x).getFirst().getShape().size()).isEqualTo(6);
            }
            return null;
        });
    }
}
