package dev.pathline.engine.training;

import java.io.UncheckedIOException;
import java.time.Duration;

/** Writes snapshots, and where the disk refuses waits until it does not: training is worth more than the time. */
final class SnapshotWriter {

    private static final Duration RETRY = Duration.ofSeconds(5);

    private final Snapshots snapshots;
    private final TrainingListener listener;
    private final StopRequest stop;

    SnapshotWriter(Snapshots snapshots, TrainingListener listener, StopRequest stop) {
        this.snapshots = snapshots;
        this.listener = listener;
        this.stop = stop;
    }

    /**
     * @param suspectSince the first step whose weights may be spoilt; {@link Long#MAX_VALUE} if none are
     * @throws TrainingException if a stop is requested while it cannot be written
     */
    void write(Snapshots.Snapshot snapshot, long suspectSince) {
        boolean blocked = false;
        while (true) {
            try {
                snapshots.write(snapshot, suspectSince);
                break;
            } catch (UncheckedIOException e) {
                String reason = "the snapshot of step " + snapshot.step() + " cannot be written: "
                        + WriteFailure.reason(e.getCause());
                if (!blocked) {
                    blocked = true;
                    listener.blocked(reason + "; the run waits, and goes on by itself once there is room and permission"
                            + " to write");
                }
                if (stop.await(RETRY)) {
                    throw new TrainingException(reason + ", and the run was stopped; earlier snapshots are intact, so"
                            + " once there is room and permission to write, it goes on from the last of them", e);
                }
            }
        }
        if (blocked) {
            listener.unblocked();
        }
        listener.snapshot(snapshot.step());
    }
}
