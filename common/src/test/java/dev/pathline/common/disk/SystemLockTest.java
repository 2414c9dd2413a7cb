package dev.pathline.common.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pathline.common.disk.SystemLock.Locking;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLockInterruptionException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a lock that fails does: nothing passes in silence, and only a file system without locks is lived with. */
final class SystemLockTest {

    @TempDir
    Path folder;

    private Path file() {
        return folder.resolve(".lock");
    }

    private static Locking failing(IOException e) {
        return () -> {
            throw e;
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"No locks available", "Keine Sperren verfügbar", "Operation not supported",
        "Input/output error"})
    void shouldLiveWithAFileSystemWithoutLocks(String said) {
        assertThatCode(() -> SystemLock.take(file(), failing(new IOException(said)),
                failing(new IOException(said)))).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"No locks available", "Resource deadlock avoided", "Input/output error",
        "Stale file handle"})
    void shouldReportWhatFailsWhereThereAreLocks(String said) {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> SystemLock.take(file(), failing(new IOException(said)), () -> null))
                .withMessageContaining(file().toString()).withMessageContaining(said);
    }

    @Test
    void shouldReportWhatFailsWhereNothingCanBeWritten() {
        var denied = new SystemLock.ProbeException(new IOException("Read-only file system"));
        assertThatThrownBy(() -> SystemLock.take(file(), failing(new IOException("injected")), failing(denied)))
                .hasMessageContaining("injected");
    }

    static Stream<IOException> interruptions() {
        return Stream.of(new FileLockInterruptionException(), new ClosedByInterruptException());
    }

    @ParameterizedTest
    @MethodSource("interruptions")
    void shouldNotGoOnUnlockedWhenTheWaitIsInterrupted(IOException interruption) {
        assertThatThrownBy(() -> SystemLock.take(file(), failing(interruption),
                failing(new IOException("no locks")))).isSameAs(interruption);
    }

    @Test
    void shouldLeaveNoFileBehindThatItTried() throws IOException {
        try (var channel = FileChannel.open(file(), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.close();
            // The real file system has locks, so that of a closed channel is thrown.
            assertThatThrownBy(() -> SystemLock.take(file(), channel)).isInstanceOf(IOException.class);
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(file());
        }
    }

    @Test
    void shouldHoldAFolderForOneProcessAtATime() throws Exception {
        try (FolderLock _ = FolderLock.take(folder)) {
            assertThat(OwnerMarkTest.anotherProcessTakes(file())).isFalse();
        }
        assertThat(OwnerMarkTest.anotherProcessTakes(file())).isTrue();
    }

    @Test
    void shouldReportAnInterruptedWaitForAFolder() throws Exception {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> FolderLock.take(folder)).isInstanceOf(IOException.class);
        assertThat(Thread.interrupted()).isTrue();
        // Nothing is left locked.
        FolderLock.take(folder).close();
    }
}
