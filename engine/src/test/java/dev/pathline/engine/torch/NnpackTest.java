package dev.pathline.engine.torch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathline.engine.TestDevice;
import org.junit.jupiter.api.Test;

/** The switch of libtorch that keeps it from asking for NNPACK, and from saying at every convolution that it is not there. */
class NnpackTest {

    @Test
    void shouldBeOffWhereverLibtorchIsLoaded() {
        assertThat(TestDevice.TORCH.isGpu()).isFalse();
        // As libtorch has it by default.
        Nnpack.enable(true);
        assertThat(Nnpack.isEnabled()).contains(true);

        Torch.load();

        assertThat(Nnpack.isEnabled()).contains(false);
    }
}
