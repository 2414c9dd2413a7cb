package dev.pathline.api.generate;

import dev.pathline.api.closing.Closing;
import dev.pathline.api.jobs.Estimates;
import dev.pathline.common.error.ApiException;
import dev.pathline.common.error.ErrorCode;
import dev.pathline.common.job.Idempotency;
import dev.pathline.common.job.JobCommand;
import dev.pathline.common.job.JobIds;
import dev.pathline.common.job.JobRecord;
import dev.pathline.common.job.JobRequest;
import dev.pathline.common.lifecycle.JobLifecycle;
import dev.pathline.common.port.EventLog;
import dev.pathline.common.port.JobQueue;
import dev.pathline.common.port.JobQueue.Offer;
import dev.pathline.common.port.JobQueue.QueueEntry;
import dev.pathline.common.port.JobStore;
import dev.pathline.common.port.JobStore.Creation;
import dev.pathline.common.port.WorkerLiveness;
import dev.pathline.common.trace.TraceParent;
import dev.pathline.common.wire.JobError;
import dev.pathline.common.wire.JobEvent;
import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Accepts jobs. Methods may block. */
public final class GenerationService {

    private final JobStore store;
    private final JobQueue queue;
    private final EventLog log;
    private final WorkerLiveness workers;
    private final JobLifecycle lifecycle;
    private final Estimates estimates;
    private final JobIds ids;
    private final Clock clock;
    private final Duration retryAfter;
    private final Closing closing;

    /**
     * A service over the ports.
     *
     * @param retryAfter what a refused client is told to wait when nobody knows better
     * @param closing refuses new jobs when the server stops
     */
    public GenerationService(
            JobStore store,
            JobQueue queue,
            EventLog log,
            WorkerLiveness workers,
            JobLifecycle lifecycle,
            Estimates estimates,
            Clock clock,
            Duration retryAfter,
            Closing closing) {
        this.store = store;
        this.queue = queue;
        this.log = log;
        this.workers = workers;
        this.lifecycle = lifecycle;
        this.estimates = estimates;
        this.ids = new JobIds(clock);
        this.clock = clock;
        this.retryAfter = retryAfter;
        this.closing = closing;
    }

    /**
     * Accepts a job, or finds the one that the same idempotency key made.
     *
     * @throws ApiException if the server stops, no worker lives, the queue is full, or the key was used with another body
     */
    public Accepted accept(JobRequest request, @Nullable Idempotency idempotency) {
        closing.requireOpen();
        JobRecord job = JobRecord.queued(ids.next(), request, idempotency, TraceParent.current(), clock.instant());
        // The log before the record: whoever finds the job by its key finds a log to follow. And the event before the
        // offer, or a quick worker's events would come first; so the place it tells may be off by a neighbour.
        JobQueue.Place place = queue.expectedPlace(QueueEntry.of(job));
        log.append(job.id(), EventLog.NO_ATTEMPT,
                new JobEvent.Queued(place.position(), estimates.waiting(place.rowsAhead(), request),
                        request.warnings()));
        if (store.create(job) instanceof Creation.Existing existing) {
            log.delete(job.id());
            return replay(existing.job(), idempotency);
        }
        try {
            enqueue(job);
        } catch (ApiException refusal) {
            // Someone may already wait for it under the same idempotency key: an end, then nothing.
            lifecycle.apply(job.id(), new JobCommand.Fail(0, JobError.of(refusal.code(), refusal.detail())));
            store.remove(job.id());
            log.delete(job.id());
            throw refusal;
        }
        return new Accepted(job, true);
    }

    private void enqueue(JobRecord job) {
        if (workers.live().isEmpty()) {
            throw new ApiException(ErrorCode.NO_WORKER, "Nobody would run the job").retryAfter(retryAfter);
        }
        if (queue.offer(QueueEntry.of(job)) instanceof Offer.Full full) {
            Duration wait = estimates.untilRoom();
            throw new ApiException(ErrorCode.QUEUE_FULL, full.depth().waiting() + " jobs wait already, as many as may")
                    .retryAfter(wait == null ? retryAfter : wait);
        }
    }

    private static Accepted replay(JobRecord existing, @Nullable Idempotency idempotency) {
        if (idempotency != null && !idempotency.equals(existing.idempotency())) {
            throw new ApiException(ErrorCode.IDEMPOTENCY_MISMATCH, "Job " + existing.id()
                    + " was made with this key and another body");
        }
        return new Accepted(existing, false);
    }

    /**
     * A job that will run, runs or ran.
     *
     * @param job the job
     * @param isNew false if an earlier request with the same idempotency key made it
     */
    public record Accepted(JobRecord job, boolean isNew) {}
}
