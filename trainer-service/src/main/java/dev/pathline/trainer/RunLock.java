package dev.pathline.trainer;

import dev.pathline.engine.training.TrainingException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Keeps a second process out of a run's folder; the operating system lets go of it when a process dies. */
public final class RunLock implements AutoCloseable {

    /** Somebody who only looks whether a run is at work holds its lock for a moment. */
    private static final int ATTEMPTS = 10;
    private static final long BETWEEN_NANOS = 20_000_000;

    /**
     * The folders whose lock this process has. Asking the operating system would not do: where locks belong to
     * processes (POSIX), closing a second channel to the file gives the first one's lock back.
     */
    private static final Set<Path> OURS = ConcurrentHashMap.newKeySet();

    private final Path folder;
    private final FileChannel channel;

    private RunLock(Path folder, FileChannel channel) {
        this.folder = folder;
        this.channel = channel;
    }

    /**
     * Takes the lock.
     *
     * @param run the run's folder, which exists
     * @throws TrainingException if somebody else has it
     * @throws IOException if the folder cannot be written to
     */
    public static RunLock take(Path run) throws IOException {
        RunLock lock = attempt(run);
        for (int i = 1; lock == null && i < ATTEMPTS; i++) {
            LockSupport.parkNanos(BETWEEN_NANOS);
            lock = attempt(run);
        }
        if (lock == null) {
            throw new TrainingException("another training is at work in " + run
                    + ": wait for it, or choose another folder with --run");
        }
        return lock;
    }

    /** Returns whether somebody has the lock of a folder, this process or another. */
    public static boolean isTaken(Path run) {
        try (RunLock lock = attempt(run)) {
            return lock == null;
        } catch (IOException e) {
            // Who cannot write there cannot train there either.
            return false;
        }
    }

    private static @Nullable RunLock attempt(Path run) throws IOException {
        Path folder = run.toRealPath();
        if (!OURS.add(folder)) {
            return null;
        }
        boolean taken = false;
        FileChannel channel = null;
        try {
            channel = FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = channel.tryLock();
            taken = lock != null;
            return taken ? new RunLock(folder, channel) : null;
        } finally {
            if (!taken) {
                OURS.remove(folder);
                if (channel != null) {
                    channel.close();
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            OURS.remove(folder);
        }
    }
}
