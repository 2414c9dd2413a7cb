package dev.pathline.api.jobs;

import dev.pathline.common.job.JobRecord;
import dev.pathline.common.job.JobRequest;
import dev.pathline.common.port.JobStore;
import dev.pathline.common.port.WorkerLiveness;
import dev.pathline.common.port.WorkerLiveness.WorkerStatus;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** How long things will take, from the cost that is known and the speed that the workers measured. Never guesses. */
public final class Estimates {

    private final JobStore store;
    private final WorkerLiveness workers;

    /** Estimates over the jobs and their workers. */
    public Estimates(JobStore store, WorkerLiveness workers) {
        this.store = store;
        this.workers = workers;
    }

    /**
     * When a job that waits will be done: after all that goes before it, and not sooner than one evaluation after the other.
     *
     * @param rowsAhead rows of everything that goes before it
     * @return milliseconds, or null when no worker knows its speed; may block
     */
    public @Nullable Long waiting(long rowsAhead, JobRequest request) {
        List<WorkerStatus> live = workers.live();
        long done = live.stream().mapToLong(WorkerStatus::rowsDone).sum();
        return slower(millis(Math.max(0, rowsAhead - done) + request.rows()), alone(live, request.evaluations()));
    }

    /**
     * When a job that runs will be done.
     *
     * @param rowsDone rows that are done of those that it costs
     * @return milliseconds, or null when no worker knows its speed; may block
     */
    public @Nullable Long running(JobRecord job, long rowsDone) {
        long rows = job.request().rows();
        long left = rows - rowsDone;
        return slower(millis(left), alone(workers.live(), Math.ceilDiv(job.request().evaluations() * left, rows)));
    }

    private @Nullable Long millis(long rows) {
        OptionalDouble speed = workers.rowsPerSecond();
        return speed.isEmpty() ? null : (Long) Math.round(1000 * rows / speed.getAsDouble());
    }

    /** So many evaluations, one after the other, each as long as the slowest worker's. */
    private static long alone(List<WorkerStatus> live, long evaluations) {
        double tick = live.stream().map(WorkerStatus::tickMillis).filter(Objects::nonNull)
                .mapToDouble(Double::doubleValue).max().orElse(0);
        return Math.round(evaluations * tick);
    }

    private static @Nullable Long slower(@Nullable Long shared, long alone) {
        return shared == null ? null : (Long) Math.max(shared, alone);
    }

    /** When a full queue will have room for one more, or null when unknown; may block. */
    public @Nullable Duration untilRoom() {
        JobStore.Depth depth = store.depth();
        // On average: the time of one job.
        Long millis = millis(Math.ceilDiv(depth.rows(), Math.max(1, depth.waiting() + depth.held())));
        return millis == null ? null : Duration.ofMillis(Math.max(1, millis));
    }
}
