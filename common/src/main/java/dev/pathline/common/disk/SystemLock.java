package dev.pathline.common.disk;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.FileLockInterruptionException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The operating system's lock of a file, which keeps processes apart.
 *
 * <p>Implementation note. A file system may have no locks, and the JVM reports that as it reports everything else, with a text in
 * the machine's language. So where a lock fails, that of a new file beside it is tried: if that fails too, there are no
 * locks here, which is told once for each folder, and the processes of other machines are not kept apart. Any other failure is
 * thrown: whoever went on without the lock would write beside another.
 */
final class SystemLock {

    private static final Logger LOG = LoggerFactory.getLogger(SystemLock.class);
    private static final Set<Path> TOLD = ConcurrentHashMap.newKeySet();

    private SystemLock() {}

    /** Takes a lock. */
    @FunctionalInterface
    interface Locking {
        /** Returns the lock, or null if another process has it and nobody wanted to wait. */
        @Nullable
        FileLock lock() throws IOException;
    }

    /**
     * Waits for a file's lock.
     *
     * @throws IOException if it cannot be taken though there are locks here
     */
    static void take(Path file, FileChannel channel) throws IOException {
        take(file, channel::lock, () -> probe(file));
    }

    /**
     * Takes the lock of a file that nobody else knows yet.
     *
     * @throws IOException as {@link #take(Path, FileChannel)}
     */
    static void takeNew(Path file, FileChannel channel) throws IOException {
        take(file, channel::tryLock, () -> probe(file));
    }

    static void take(Path file, Locking locking, Locking probe) throws IOException {
        try {
            FileLock _ = locking.lock();
        } catch (FileLockInterruptionException | ClosedChannelException e) {
            throw e;
        } catch (IOException e) {
            if (hasLocks(probe)) {
                throw new IOException("the lock of " + file + " cannot be taken: " + e.getMessage(), e);
            }
            tellOfNoLocks(file, e);
        }
    }

    /** Says once for each folder that nobody is kept apart in it. */
    static void tellOfNoLocks(Path file, IOException why) {
        Path folder = file.toAbsolutePath().resolveSibling("");
        if (TOLD.add(folder)) {
            LOG.warn("{} is on a file system without locks ({}): let one machine write there", folder,
                    why.getMessage());
        }
    }

    /** A new file that cannot even be made says nothing about locks. */
    private static boolean hasLocks(Locking probe) {
        try {
            FileLock _ = probe.lock();
            return true;
        } catch (ProbeException e) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** The file to try could not be made. */
    static final class ProbeException extends IOException {

        private static final long serialVersionUID = 1L;

        ProbeException(IOException cause) {
            super(cause);
        }
    }

    private static @Nullable FileLock probe(Path file) throws IOException {
        Path beside;
        FileChannel channel;
        try {
            beside = Files.createTempFile(file.toAbsolutePath().resolveSibling(""), ".locks-", ".try");
            channel = FileChannel.open(beside, StandardOpenOption.WRITE,
                    StandardOpenOption.DELETE_ON_CLOSE);
        } catch (IOException e) {
            throw new ProbeException(e);
        }
        try (channel) {
            return channel.tryLock();
        }
    }
}
