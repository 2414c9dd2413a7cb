package dev.pathline.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pathline.engine.checkpoint.Checkpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checkpoints are read once, and a slow disk holds up nobody but who needs what is on it. */
class CheckpointCacheTest {

    private static final Path GAUSSIAN = Path.of("../models/gaussian-2d/1");
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final CheckpointCache cache = new CheckpointCache();

    @Test
    void shouldReadOnce() {
        assertThat(cache.known("gaussian-2d@1")).isEmpty();

        Checkpoint first = cache.read("gaussian-2d@1", GAUSSIAN);

        assertThat(cache.read("gaussian-2d@1", Path.of("gone"))).isSameAs(first);
        assertThat(cache.known("gaussian-2d@1")).containsSame(first);
        assertThat(cache.known("gaussian-2d@2")).isEmpty();
    }

    @Test
    void shouldReadAnotherWhileADiskIsSilent(@TempDir Path silent) throws Exception {
        Path card = silent.resolve("pathline.json");
        // Opening it waits until somebody writes.
        assumeTrue(new ProcessBuilder("mkfifo", card.toString()).start().waitFor() == 0, "no mkfifo here");
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            CompletableFuture<Checkpoint> waiting = CompletableFuture.supplyAsync(() -> cache.read("silent@1", silent),
                    threads);
            CompletableFuture<Checkpoint> other = CompletableFuture.supplyAsync(
                    () -> cache.read("gaussian-2d@1", GAUSSIAN), threads);

            assertThat(other).succeedsWithin(PATIENCE).extracting(one -> one.card().name()).isEqualTo("gaussian-2d");
            assertThat(waiting).isNotDone();
            assertThat(cache.known("silent@1")).isEmpty();
            Files.writeString(card, "no card");
            assertThat(waiting).failsWithin(PATIENCE);
        }
    }
}
