package dev.pathline.common.job;

import dev.pathline.common.wire.JobError;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A job as it is stored: an immutable value that {@link JobMachine} replaces by the next one.
 *
 * @param id opaque, unique, ordered by creation (see {@link JobIds})
 * @param revision 0 for a new job, one more with every change: what a compare-and-set compares
 * @param state where it is
 * @param request what is asked, completely resolved
 * @param attempt the newest attempt that started, from 1; 0 before. It fences: an older attempt changes nothing
 * @param starts how many attempts started; fewer than {@code attempt} where workers were lost before they did
 * @param worker who runs or ran that attempt
 * @param profile the numeric profile that the newest attempt ran with, in which the next one runs, too
 * @param times when things happened
 * @param result what was made, exactly when it succeeded
 * @param error why it failed, exactly when it failed
 * @param idempotency the client's key, if it sent one
 * @param owner the API key that made it, or null where nobody needs one
 * @param traceParent the request's span, under which everything about the job is traced (see {@link
 *        dev.pathline.common.trace.TraceParent}), or null if nobody traces
 */
public record JobRecord(
        String id,
        long revision,
        JobState state,
        JobRequest request,
        int attempt,
        int starts,
        @Nullable String worker,
        @Nullable String profile,
        JobTimes times,
        @Nullable JobResult result,
        @Nullable JobError error,
        @Nullable Idempotency idempotency,
        @Nullable String owner,
        @Nullable String traceParent) {

    /** A job of nobody that was accepted just now. */
    public static JobRecord queued(String id, JobRequest request, @Nullable Idempotency idempotency,
            @Nullable String traceParent, Instant now) {
        return queued(id, request, idempotency, null, traceParent, now);
    }

    /** A job that was accepted just now. */
    public static JobRecord queued(String id, JobRequest request, @Nullable Idempotency idempotency,
            @Nullable String owner, @Nullable String traceParent, Instant now) {
        return new JobRecord(id, 0, JobState.QUEUED, request, 0, 0, null, null, JobTimes.created(now), null, null,
                idempotency, owner, traceParent);
    }

    /** Returns the same job of an API key. */
    public JobRecord of(@Nullable String key) {
        return Objects.equals(key, owner)
                ? this
                : new JobRecord(id, revision, state, request, attempt, starts, worker, profile, times, result, error,
                        idempotency, key, traceParent);
    }

    /** Returns when its turn is among those that wait: those before it go first. */
    public Instant turn() {
        return request.terms().turn(times.createdAt());
    }

    JobRecord started(int newAttempt, String newWorker, @Nullable String newProfile, Instant now) {
        return new JobRecord(id, revision + 1, JobState.RUNNING, request, newAttempt, starts + 1, newWorker,
                newProfile, times.started(now), null, null, idempotency, owner, traceParent);
    }

    JobRecord requeued() {
        return new JobRecord(id, revision + 1, JobState.QUEUED, request, attempt, starts, null, profile,
                times.requeued(), null, null, idempotency, owner, traceParent);
    }

    JobRecord succeeded(JobResult newResult, @Nullable Instant firstPreviewAt, Instant now) {
        return finished(JobState.SUCCEEDED, newResult, null, times.previewed(firstPreviewAt).finished(now));
    }

    JobRecord ended(JobState end, @Nullable JobError newError, Instant now) {
        return finished(end, null, newError, times.finished(now));
    }

    private JobRecord finished(JobState end, @Nullable JobResult newResult, @Nullable JobError newError,
            JobTimes newTimes) {
        return new JobRecord(id, revision + 1, end, request, attempt, starts, worker, profile, newTimes, newResult,
                newError, idempotency, owner, traceParent);
    }
}
