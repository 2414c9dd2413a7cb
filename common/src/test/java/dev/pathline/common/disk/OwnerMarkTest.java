package dev.pathline.common.disk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OwnerMarkTest {

    @TempDir
    Path folder;

    /** Another process: exits with 0 if it gets the lock of a file. */
    public static void main(String[] arguments) throws IOException {
        System.exit(OwnerMark.tryTake(Path.of(arguments[0])).isPresent() ? 0 : 3);
    }

    @Test
    void shouldKeepItsLockWhenThisProcessLooks() throws Exception {
        Path file = folder.resolve("lock");
        try (OwnerMark _ = OwnerMark.tryTake(file).orElseThrow()) {
            assertThat(OwnerMark.isHeld(file)).isTrue();
            assertThat(OwnerMark.tryTake(file)).isEmpty();
            Path link = Files.createSymbolicLink(folder.resolve("link"), folder);
            assertThat(OwnerMark.isHeld(link.resolve("lock"))).isTrue();

            assertThat(anotherProcessTakes(file)).isFalse();
        }
        assertThat(OwnerMark.isHeld(file)).isFalse();
        assertThat(anotherProcessTakes(file)).isTrue();
    }

    @Test
    void shouldMakeAFileThatIsHeldFromItsFirstMoment() throws Exception {
        Path file = folder.resolve("lock");
        try (OwnerMark _ = OwnerMark.create(file)) {
            assertThat(folder).isDirectoryContaining("glob:**/lock").isDirectoryNotContaining("glob:**/*.new");
            assertThat(OwnerMark.isHeld(file)).isTrue();
            assertThat(anotherProcessTakes(file)).isFalse();
        }
        assertThat(OwnerMark.isHeld(file)).isFalse();
    }

    @Test
    void shouldNeverSweepAWriterAtWork() throws Exception {
        Callable<Void> writer = () -> {
            for (int i = 0; i < 200; i++) {
                Incoming.sweep(folder, Instant.MIN);
                try (Incoming incoming = Incoming.in(folder)) {
                    Files.writeString(incoming.checkpoint(), "weights");
                    assertThat(incoming.checkpoint()).exists();
                }
            }
            return null;
        };

        try (var threads = Executors.newFixedThreadPool(8)) {
            for (var done : threads.invokeAll(IntStream.range(0, 8).mapToObj(_ -> writer).toList())) {
                done.get();
            }
        }
        assertThat(folder).isEmptyDirectory();
    }

    static boolean anotherProcessTakes(Path file) throws Exception {
        int exit = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                System.getProperty("java.class.path"), OwnerMarkTest.class.getName(), file.toString()).inheritIO()
                .start().waitFor();
        assertThat(exit).isIn(0, 3);
        return exit == 0;
    }
}
