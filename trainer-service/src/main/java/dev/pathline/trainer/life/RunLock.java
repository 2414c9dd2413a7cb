package dev.pathline.trainer.life;

import dev.pathline.common.disk.OwnerMark;
import dev.pathline.engine.training.TrainingException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** Keeps a second process out of a run's folder; the operating system lets go of it when a process dies. */
public final class RunLock implements AutoCloseable {

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

    /** Returns whether somebody has the lock of a folder, this process or another. */
    public static boolean isTaken(Path run) {
        try {
            return OwnerMark.isHeld(run.resolve(FILE));
        } catch (IOException _) {
            // Nobody has trained there yet, or who cannot write there cannot train there either.
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
