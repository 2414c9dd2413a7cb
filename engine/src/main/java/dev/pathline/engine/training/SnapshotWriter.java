package dev.pathline.engine.training;

/** Writes snapshots, and waits where the disk refuses. */
final class SnapshotWriter {

    private final Snapshots snapshots;
    private final TrainingListener listener;
    private final PatientWriter writer;

    SnapshotWriter(Snapshots snapshots, TrainingListener listener, StopRequest stop) {
        this.snapshots = snapshots;
        this.listener = listener;
        this.writer = new PatientWriter(stop, listener);
    }

    /**
     * @param suspectSince the first step whose weights may be spoilt; {@link Long#MAX_VALUE} if none are
     * @throws TrainingException if a stop is requested while it cannot be written
     */
    void write(Snapshots.Snapshot snapshot, long suspectSince) {
        String failure = "the snapshot of step " + snapshot.step() + " cannot be written";
        writer.write(failure, () -> snapshots.write(snapshot, suspectSince)).ifPresent(refusal -> {
            throw new TrainingException(failure + ": " + WriteFailure.reason(refusal) + ", and the run was stopped;"
                    + " earlier snapshots are intact, so once there is room and permission to write, it goes on from the"
                    + " last of them", refusal);
        });
        listener.snapshot(snapshot.step());
    }
}
