package dev.pathline.common.disk;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A file that says by its lock whether its owner is at work. The operating system keeps processes apart and lets go when one
 * dies; within a JVM, where its locks do not tell, the files that are held are remembered.
 *
 * <p>
 * A file that this JVM holds is never opened a second time: where locks belong to processes (POSIX), closing any channel of
 * a file gives the lock back. So all openings are made one after the other.
 */
public final class OwnerMark implements AutoCloseable {

    private static final Set<Path> OURS = new HashSet<>();

    private final Path file;
    private final FileChannel channel;

    private OwnerMark(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Takes a file's lock if nobody has it; the file is made where there is none.
     *
     * @throws IOException if the file cannot be written, or the file system has no locks
     */
    public static Optional<OwnerMark> tryTake(Path file) throws IOException {
        synchronized (OURS) {
            Path real = real(file);
            if (OURS.contains(real)) {
                return Optional.empty();
            }
            FileChannel channel = FileChannel.open(real, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            boolean taken = false;
            try {
                @Nullable
                FileLock lock = channel.tryLock();
                taken = lock != null;
            } finally {
                if (!taken) {
                    channel.close();
                }
            }
            if (!taken) {
                return Optional.empty();
            }
            OURS.add(real);
            return Optional.of(new OwnerMark(real, channel));
        }
    }

    /**
     * Makes a file that is held from its first moment: nobody finds it unheld while its owner is at work. On a file system
     * without locks only this JVM knows, which is logged.
     *
     * @throws IOException if the file cannot be made, or cannot be locked for another reason
     */
    static OwnerMark create(Path file) throws IOException {
        synchronized (OURS) {
            Path real = real(file);
            Path unseen = real.resolveSibling(real.getFileName() + ".new");
            FileChannel channel = FileChannel.open(unseen, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            boolean made = false;
            try {
                SystemLock.takeNew(real, channel);
                Files.move(unseen, real, StandardCopyOption.ATOMIC_MOVE);
                made = true;
            } finally {
                if (!made) {
                    channel.close();
                }
            }
            OURS.add(real);
            return new OwnerMark(real, channel);
        }
    }

    /**
     * Returns whether somebody holds a file, this process or another.
     *
     * @throws IOException if there is no such file, it cannot be opened, or the file system has no locks
     */
    public static boolean isHeld(Path file) throws IOException {
        synchronized (OURS) {
            Path real = real(file);
            if (OURS.contains(real)) {
                return true;
            }
            try (FileChannel channel = FileChannel.open(real, StandardOpenOption.WRITE);
                    FileLock lock = channel.tryLock()) {
                return lock == null;
            }
        }
    }

    private static Path real(Path file) throws IOException {
        Path absolute = file.toAbsolutePath();
        Path folder = Objects.requireNonNull(absolute.getParent(), "a file to lock has a folder");
        return folder.toRealPath().resolve(absolute.getFileName());
    }

    @Override
    public void close() throws IOException {
        synchronized (OURS) {
            OURS.remove(file);
            channel.close();
        }
    }
}
