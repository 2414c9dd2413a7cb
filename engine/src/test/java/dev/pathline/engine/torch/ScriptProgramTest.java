package dev.pathline.engine.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.pathline.engine.TestDevice;
import dev.pathline.engine.torch.ScriptProgram.Argument;
import dev.pathline.engine.torch.ScriptProgram.Argument.Many;
import dev.pathline.engine.torch.ScriptProgram.Argument.Single;
import java.util.List;
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

    private static final String LISTS = """
              def forward(self, x: Tensor, a: List[Tensor], y: Tensor, b: List[Tensor]) -> List[Tensor]:
                return [torch.sub(torch.add(torch.mul(a[0], 10), x), torch.add(torch.mul(b[0], 100), y))]
            """;

    @Test
    void shouldBindListsByTheirPlaces() {
        TestDevice.on(() -> {
            try (NDManager manager = TestDevice.TORCH.newManager();
                    ScriptProgram program = ScriptProgram.compile(TestDevice.TORCH, LISTS)) {
                NDArray one = manager.create(1f);
                NDArray two = manager.create(2f);
                NDArray three = manager.create(3f);

                // One tensor may be two arguments, and be in a list twice.
                assertThat(program.infer(manager, "forward", new Single(one), new Many(List.of(two, two)),
                        new Single(one), new Many(List.of(three))).getFirst().getFloat()).isEqualTo(20 + 1 - 300 - 1);
                for (Argument[] arguments : new Argument[][]{
                    {new Single(one), new Many(List.of(two)), new Single(one), new Many(List.of(three, two))},
                    {new Single(one), new Many(List.of(two, one)), new Single(three), new Many(List.of(three))},
                    {new Single(one), new Many(List.of(two)), new Single(three), new Many(List.of(three))}}) {
                    assertThatThrownBy(() -> program.infer(manager, "forward", arguments))
                            .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("hold the same array");
                    assertThatThrownBy(() -> program.train(manager, "forward", arguments))
                            .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("hold the same array");
                }
                assertThatThrownBy(() -> program.infer(manager, "forward", new Single(one), new Many(List.of()),
                        new Single(one), new Many(List.of(three)))).isInstanceOf(IllegalArgumentException.class)
                        .hasMessage("argument 1 of forward is a list without arrays");
            }
            return null;
        });
    }
}
