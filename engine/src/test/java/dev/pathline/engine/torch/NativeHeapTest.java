package dev.pathline.engine.torch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.pathline.engine.TestDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class NativeHeapTest {

    private static final long MEGABYTE = 1_000_000;

    /** What is freed stays the process's until the last one lets go of it. */
    @Test
    void shouldKeepWhatIsFreed() throws IOException {
        long kept;
        long keptByOne;
        try (NativeHeap.Keeping _ = NativeHeap.keep()) {
            try (NativeHeap.Keeping _ = NativeHeap.keep()) {
                useAndFree(300 * MEGABYTE);
                kept = resident();
            }
            keptByOne = resident();
        }
        long released = resident();

        assertThat(kept - released).isGreaterThan(200 * MEGABYTE);
        assertThat(keptByOne - released).isGreaterThan(200 * MEGABYTE);
    }

    /** In blocks of ten megabytes, as tensors are. */
    private static void useAndFree(long bytes) {
        TestDevice.on(() -> {
            try (NDManager manager = TestDevice.TORCH.newManager()) {
                for (long used = 0; used < bytes; used += 10 * MEGABYTE) {
                    manager.ones(new Shape(10 * MEGABYTE / Float.BYTES));
                }
                return 0;
            }
        });
    }

    private static long resident() throws IOException {
        try (var lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", ""))).sum();
        }
    }
}
