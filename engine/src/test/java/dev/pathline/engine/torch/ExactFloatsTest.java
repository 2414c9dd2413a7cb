package dev.pathline.engine.torch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathline.engine.TestDevice;
import org.junit.jupiter.api.Test;

/** The switches of libtorch that decide whether float32 is float32 on a GPU, which are there on a processor, too. */
class ExactFloatsTest {

    @Test
    void shouldTurnRoundingOffWhenADeviceIsOpened() {
        assertThat(TestDevice.TORCH.isGpu()).isFalse();
        // As a GPU has it by default, and as somebody may have set the rest.
        ExactFloats.allow(true);
        assertThat(ExactFloats.isAllowed()).isTrue();

        Torch.open("cpu");

        assertThat(ExactFloats.isAllowed()).isFalse();
    }

    @Test
    void shouldFindTheSwitchesOfThisLibtorch() {
        Torch.open("cpu");
        assertThat(ExactFloats.require()).isTrue();
    }
}
