package dev.pathline.common.job;

import dev.pathline.common.wire.JobError;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A job as it is stored: an immutable value that {@link JobMachine} replaces by the next one.
 *
 * @param id opaque, unique, ordered by creation (see {@link JobIds})
 * @param revision 0 for a new job, one more with every change: what a compare-and-set compares
 * @param state where it is
 * @param request what is asked, completely resolved
 * @param attempt the newest attempt that started, from 1; 0 before. It fences: an older attempt changes nothing
 * @param worker who runs or ran that attempt
 * @param profile the numeric profile that the newest attempt ran with, in which the next one runs, too
 * @param rowsDone rows of network evaluation finished in this attempt, of {@code request.rows()}
 * @param times when things happened
 * @param result what was made, exactly when it succeeded
 * @param error why it failed, exactly when it failed
 * @param idempotency the client's key, if it sent one
 * @param traceParent the request's span, under which everything about the job is traced (see {@link
 *        dev.pathline.common.trace.TraceParent}), or null if nobody traces
 */
public record JobRecord(
        String id,
        long revision,
        JobState state,
        JobRequest request,
        int attempt,
        @Nullable String worker,
        @Nullable String profile,
        long rowsDone,
        JobTimes times,
        @Nullable JobResult result,
        @Nullable JobError error,
        @Nullable Idempotency idempotency,
        @Nullable String traceParent) {

    /** A job that was accepted just now. */
    public static JobRecord queued(String id, JobRequest request, @Nullable Idempotency idempotency,
            @Nullable String traceParent, Instant now) {
        return new JobRecord(id, 0, JobState.QUEUED, request, 0, null, null, 0, JobTimes.created(now), null, null,
                idempotency, traceParent);
    }

    JobRecord started(int newAttempt, String newWorker, @Nullable String newProfile, Instant now) {
        return new JobRecord(id, revision + 1, JobState.RUNNING, request, newAttempt, newWorker, newProfile, 0,
                times.started(now), null, null, idempotency, traceParent);
    }

    JobRecord progressed(long rows, JobTimes newTimes) {
        return new JobRecord(id, revision + 1, state, request, attempt, worker, profile, rows, newTimes, null, null,
                idempotency, traceParent);
    }

    JobRecord requeued() {
        return new JobRecord(id, revision + 1, JobState.QUEUED, request, attempt, null, profile, 0, times.requeued(),
                null,
                null, idempotency, traceParent);
    }

    JobRecord finished(JobState end, @Nullable JobResult newResult, @Nullable JobError newError, Instant now) {
        long rows = end == JobState.SUCCEEDED ? request.rows() : rowsDone;
        return new JobRecord(id, revision + 1, end, request, attempt, worker, profile, rows, times.finished(now),
                newResult, newError, idempotency, traceParent);
    }
}
