package dev.pathline.common.port;

import dev.pathline.common.job.JobRecord;
import dev.pathline.common.job.JobState;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The records of jobs. */
public interface JobStore {

    /**
     * Whether jobs that have not ended are still there, and are run, after this process. Where they are not, whoever stops
     * the process ends them.
     */
    default boolean outlivesProcess() {
        return false;
    }

    /**
     * Stores a new job, unless one with the same idempotency key is kept; atomic.
     *
     * @throws IllegalStateException if the id is taken
     */
    Creation create(JobRecord job);

    /** Returns a job, or empty if there is none or it is no longer kept. */
    Optional<JobRecord> find(String jobId);

    /**
     * Replaces a job if its stored revision is still the expected one; atomic.
     *
     * @return whether it was replaced
     */
    boolean compareAndSet(long expectedRevision, JobRecord next);

    /** Lists jobs, newest first. */
    Page list(Query query);

    /** Forgets one job, ended or not, and its idempotency key. Returns whether there was one. */
    boolean remove(String jobId);

    /**
     * Forgets jobs that have ended: those that ended before a time, and of the rest all but the newest.
     *
     * @param endedBefore the oldest end that is kept
     * @param keep how many ended jobs are kept at most
     * @return the ids of the forgotten, whose events and blobs the caller forgets
     */
    List<String> removeEnded(Instant endedBefore, int keep);

    /** What became of a new job. */
    sealed interface Creation {

        /** It is stored. */
        record Created() implements Creation {}

        /**
         * A job with the same idempotency key exists.
         *
         * @param job that job
         */
        record Existing(JobRecord job) implements Creation {}
    }

    /**
     * Which jobs.
     *
     * @param state in this state only, or null
     * @param model of this model only ({@code name} or {@code name@version}), or null
     * @param limit at most so many, at least 1
     * @param cursor where the last page ended, or null for the first
     */
    record Query(@Nullable JobState state, @Nullable String model, int limit, @Nullable String cursor) {}

    /**
     * A page of jobs.
     *
     * @param jobs newest first
     * @param nextCursor where the next page begins, or null if this is the last
     */
    record Page(List<JobRecord> jobs, @Nullable String nextCursor) {}
}
