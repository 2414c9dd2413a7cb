package dev.pathline.api.jobs;

import dev.pathline.common.port.JobQueue;
import dev.pathline.common.port.WorkerLiveness;
import java.time.Duration;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** How long things will take, from the cost that is known and the speed that the workers measured. Never guesses. */
public final class Estimates {

    private final JobQueue queue;
    private final WorkerLiveness workers;

    /** Estimates over a queue and its workers. */
    public Estimates(JobQueue queue, WorkerLiveness workers) {
        this.queue = queue;
        this.workers = workers;
    }

    /** The time for so many rows in milliseconds, or null when no worker knows its speed; may block. */
    public @Nullable Long millis(long rows) {
        OptionalDouble speed = workers.rowsPerSecond();
        return speed.isEmpty() ? null : (Long) Math.round(1000 * rows / speed.getAsDouble());
    }

    /** When a full queue will have room for one more, or null when unknown; may block. */
    public @Nullable Duration untilRoom() {
        JobQueue.Depth depth = queue.depth();
        // On average: the time of one job.
        Long millis = millis(Math.ceilDiv(depth.rows(), Math.max(1, depth.waiting() + depth.claimed())));
        return millis == null ? null : Duration.ofMillis(Math.max(1, millis));
    }
}
