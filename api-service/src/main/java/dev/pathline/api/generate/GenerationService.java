package dev.pathline.api.generate;

import dev.pathline.api.access.Caller;
import dev.pathline.api.closing.Closing;
import dev.pathline.api.jobs.Estimates;
import dev.pathline.api.jobs.EtaErrors;
import dev.pathline.common.error.ApiException;
import dev.pathline.common.error.ErrorCode;
import dev.pathline.common.job.Idempotency;
import dev.pathline.common.job.JobIds;
import dev.pathline.common.job.JobRecord;
import dev.pathline.common.job.JobRequest;
import dev.pathline.common.port.EventLog;
import dev.pathline.common.port.JobSignals;
import dev.pathline.common.port.JobStore;
import dev.pathline.common.port.JobStore.Creation;
import dev.pathline.common.port.PortUnavailableException;
import dev.pathline.common.port.WorkerLiveness;
import dev.pathline.common.trace.TraceParent;
import dev.pathline.common.wire.JobEvent;
import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Accepts jobs. Methods may block. */
public final class GenerationService {

    private static final Logger LOG = LoggerFactory.getLogger(GenerationService.class);

    private final JobStore store;
    private final JobSignals signals;
    private final EventLog log;
    private final WorkerLiveness workers;
    private final Estimates estimates;
    private final EtaErrors errors;
    private final JobIds ids;
    private final Clock clock;
    private final Duration retryAfter;
    private final boolean queueWithoutWorkers;
    private final Closing closing;

    /**
     * A service over the ports.
     *
     * @param retryAfter what a refused client is told to wait when nobody knows better
     * @param queueWithoutWorkers whether jobs are accepted that no worker takes now
     * @param closing refuses new jobs when the server stops
     */
    public GenerationService(
            JobStore store,
            JobSignals signals,
            EventLog log,
            WorkerLiveness workers,
            Estimates estimates,
            EtaErrors errors,
            Clock clock,
            Duration retryAfter,
            boolean queueWithoutWorkers,
            Closing closing) {
        this.store = store;
        this.signals = signals;
        this.log = log;
        this.workers = workers;
        this.estimates = estimates;
        this.errors = errors;
        this.ids = new JobIds(clock);
        this.clock = clock;
        this.retryAfter = retryAfter;
        this.queueWithoutWorkers = queueWithoutWorkers;
        this.closing = closing;
    }

    /**
     * Accepts a job, or finds the one that the same idempotency key made.
     *
     * @param caller whose it is
     * @throws ApiException if the server stops, no worker lives, the queue is full, the caller has too many jobs, or the key was
     *         used with another body
     */
    public Accepted accept(JobRequest request, @Nullable Idempotency idempotency, Caller caller) {
        return accept(null, request, idempotency, caller);
    }

    /**
     * Accepts a job as {@link #accept(JobRequest, Idempotency, Caller)} does.
     *
     * @param id the job's, or null for a new one
     */
    Accepted accept(@Nullable String id, JobRequest request, @Nullable Idempotency idempotency, Caller caller) {
        closing.requireOpen();
        String model = request.modelReference();
        if (!queueWithoutWorkers && workers.live().stream().noneMatch(worker -> worker.serves().serves(model))) {
            throw new ApiException(ErrorCode.NO_WORKER, "No worker takes jobs of " + model).retryAfter(retryAfter);
        }
        JobRecord job = JobRecord.queued(id == null ? ids.next() : id, request, idempotency, caller.key(),
                TraceParent.current(), clock.instant());
        return switch (store.create(job, caller.limits().mostJobs())) {
            case Creation.Existing(JobRecord existing) -> replay(existing, idempotency);
            case Creation.Full(JobStore.Depth depth) -> throw full(depth);
            case Creation.Crowded(int unended) -> throw waiting(ErrorCode.TOO_MANY_JOBS, unended + " jobs of key '"
                    + caller.name() + "' have not ended, as many as may");
            case Creation.Created(JobStore.Place place) -> {
                tell(job, place);
                yield new Accepted(job, true);
            }
        };
    }

    private ApiException full(JobStore.Depth depth) {
        return waiting(ErrorCode.QUEUE_FULL, depth.waiting() + " jobs wait already, as many as may");
    }

    private ApiException waiting(ErrorCode code, String detail) {
        Duration wait = estimates.untilRoom();
        return new ApiException(code, detail).retryAfter(wait == null ? retryAfter : wait);
    }

    /** The job is accepted, whether anybody can be told or not. */
    private void tell(JobRecord job, JobStore.Place place) {
        try {
            Long eta = estimates.waiting(place.rowsAhead(), job.request());
            errors.expect(job.id(), eta);
            log.append(job.id(), EventLog.NO_ATTEMPT, new JobEvent.Queued(place.position(), eta,
                    job.request().warnings()));
        } catch (PortUnavailableException e) {
            LOG.warn("job {} is accepted, and those who watch are not told: {}", job.id(), e.getMessage());
        }
        signals.tellWaiting(job.request().modelReference());
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
