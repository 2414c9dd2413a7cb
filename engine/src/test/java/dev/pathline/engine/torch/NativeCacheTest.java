package dev.pathline.engine.torch;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NativeCacheTest {

    @Test
    void shouldFindTheNativesOfTheMachineThatBuilds() {
        assertThatCode(() -> NativeCache.requirePacked(System.getProperty("os.name"), System.getProperty("os.arch")))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({"Windows 11, amd64", "Linux, riscv64", "Mac OS X, x86_64", "SunOS, sparcv9"})
    void shouldSayInASentenceWhereItRuns(String system, String architecture) {
        assertThatThrownBy(() -> NativeCache.requirePacked(system, architecture))
                .isInstanceOf(IllegalStateException.class).hasMessageContaining(system)
                .hasMessageContaining(architecture).hasMessageContaining("Linux (x86-64, ARM64) and on macOS (ARM64)");
    }
}
