package dev.pathline.trainer.life;

import dev.pathline.common.disk.OwnerMark;
import dev.pathline.engine.training.TrainingException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps a second process out of a run's folder; the operating system lets go of it when a process dies. */
public final class RunLock implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RunLock.class);
    private static final Set<Path> UNTOLD = ConcurrentHashMap.newKeySet();
    private static final String FILE = "lock";
    /** Somebody who only looks whether a run is at work holds its lock for a moment. */
    private static final int ATTEMPTS = 10;
    private static final long BETWEEN_NANOS = 20_000_000;

    private final OwnerMark file;

    private RunLock(OwnerMark file) {
        this.file = file;
    }

    /**
     * Takes the lock.
     *
     * @param run the run's folder, which exists
     * @throws TrainingException if somebody else has it
     * @throws IOException if the folder cannot be written to
     */
    public static RunLock take(Path run) throws IOException {
        Path file = run.resolve(FILE);
        Optional<OwnerMark> lock = OwnerMark.tryTake(file);
        for (int i = 1; lock.isEmpty() && i < ATTEMPTS; i++) {
            LockSupport.parkNanos(BETWEEN_NANOS);
            lock = OwnerMark.tryTake(file);
        }
        return lock.map(RunLock::new).orElseThrow(() -> new TrainingException("another training is at work in " + run
                + ": wait for it, or choose another folder with --run"));
    }

    /**
     * Returns whether somebody has the lock of a folder, this process or another. Where that cannot be told, which is logged
     * once a folder, the answer is no: who then begins there is stopped by {@link #take}, with the reason.
     */
    public static boolean isTaken(Path run) {
        try {
            return OwnerMark.isHeld(run.resolve(FILE));
        } catch (NoSuchFileException | AccessDeniedException _) {
            // Nobody has trained there yet, or who cannot write there cannot train there either.
            return false;
        } catch (IOException e) {
            if (UNTOLD.add(run)) {
                LOG.warn("whether somebody is at work in {} cannot be told: {}", run, e.getMessage());
            }
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
