package dev.pathline.engine.torch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.pathline.engine.TestDevice;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.sampling.LoadedModel;
import dev.pathline.engine.script.NumericProfile;
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

    /** What one closes twice is not taken from another. */
    @Test
    void shouldLetGoOnce() throws IOException {
        long kept;
        try (NativeHeap.Keeping _ = NativeHeap.keep()) {
            NativeHeap.Keeping other = NativeHeap.keep();
            other.close();
            other.close();
            useAndFree(300 * MEGABYTE);
            kept = resident();
        }

        assertThat(kept - resident()).isGreaterThan(200 * MEGABYTE);
    }

    /** A loaded model keeps what its evaluations free, and gives back when the last one goes. */
    @Test
    void shouldKeepWhileAModelIsLoaded() throws IOException {
        LoadedModel model = model();
        LoadedModel other = model();
        useAndFree(300 * MEGABYTE);
        long kept = resident();
        useAndFree(300 * MEGABYTE);
        long again = resident();
        TestDevice.on(() -> {
            other.close();
            model.close();
            return 0;
        });

        assertThat(kept - resident()).isGreaterThan(200 * MEGABYTE);
        assertThat(again - kept).isLessThan(100 * MEGABYTE);
    }

    private static LoadedModel model() throws IOException {
        Checkpoint checkpoint = Checkpoint.read(Path.of("../models/gaussian-2d/1"));
        return TestDevice.on(() -> LoadedModel.load(TestDevice.TORCH, checkpoint, NumericProfile.FLOAT32));
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
