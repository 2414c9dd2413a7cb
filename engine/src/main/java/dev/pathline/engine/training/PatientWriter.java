package dev.pathline.engine.training;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/** Writes, and where the disk refuses waits until it does not: training is worth more than the time. */
public final class PatientWriter {

    private static final Duration RETRY = Duration.ofSeconds(5);

    private final StopRequest stop;
    private final TrainingListener listener;

    /**
     * @param stop ends the waiting
     * @param listener is told when it begins and ends
     */
    public PatientWriter(StopRequest stop, TrainingListener listener) {
        this.stop = stop;
        this.listener = listener;
    }

    /** Writes something, whole or not at all: it is called again after it failed. */
    @FunctionalInterface
    public interface Write {
        /** Throws an {@link IOException}, as it is or unchecked, where the disk refuses. */
        void run() throws IOException;
    }

    /**
     * Writes, as often as it takes.
     *
     * @param failure what is wrong while it is not written, such as "the snapshot of step 5 cannot be written"
     * @return empty when it is written; what refused, if a stop was requested before
     */
    public Optional<IOException> write(String failure, Write write) {
        Optional<IOException> refusal = attempt(write);
        if (refusal.isEmpty()) {
            return refusal;
        }
        listener.blocked(failure + ": " + WriteFailure.reason(refusal.get())
                + "; the run waits, and goes on by itself once there is room and permission to write");
        while (refusal.isPresent()) {
            if (stop.await(RETRY)) {
                return refusal;
            }
            refusal = attempt(write);
        }
        listener.unblocked();
        return refusal;
    }

    private static Optional<IOException> attempt(Write write) {
        try {
            write.run();
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(e);
        } catch (UncheckedIOException e) {
            return Optional.of(Objects.requireNonNull(e.getCause(), "it wraps one"));
        }
    }
}
