package dev.pathline.common.port;

import dev.pathline.common.job.JobRecord;
import dev.pathline.common.job.JobState;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The records of jobs, and who has them: the truth about every job, and the queue in which they wait.
 *
 * <p>A job that has not ended <em>waits</em>, or is <em>held</em> by one worker under a lease, until that ends or the job is
 * given back; a heartbeat extends it. Waiting jobs are bounded, and have their turns: in the order in which they came and are
 * urgent ({@link dev.pathline.common.wire.JobTerms#turn}). Each claim of a job has the next attempt number, which fences: who has an older one holds nothing.
 *
 * <p>Leases run by the store's own clock, so that no two workers need agree on the time. Every method may throw {@link
 * PortUnavailableException}.
 */
public interface JobStore {

    /**
     * Whether jobs that have not ended are still there, and are run, after this process. Where they are not, whoever stops
     * the process ends them.
     */
    default boolean outlivesProcess() {
        return false;
    }

    /**
     * Stores a new job, which waits from now on, unless one with the same idempotency key is kept or too many wait; atomic. What
     * is refused leaves nothing behind.
     *
     * @throws IllegalStateException if the id is taken
     */
    default Creation create(JobRecord job) {
        return create(job, Integer.MAX_VALUE);
    }

    /**
     * Stores a new job as {@link #create(JobRecord)} does, unless its owner has too many that have not ended.
     *
     * @param mostOfOwner how many those of its owner may be when it comes; of no meaning for a job without one
     */
    Creation create(JobRecord job, int mostOfOwner);

    /** Returns a job, or empty if there is none or it is no longer kept. */
    Optional<JobRecord> find(String jobId);

    /**
     * Replaces a job if its stored revision is still the expected one; atomic. A job that ends is held by nobody any more.
     *
     * @return whether it was replaced
     */
    boolean compareAndSet(long expectedRevision, JobRecord next);

    /** Lists jobs, newest first. */
    Page list(Query query);

    /**
     * Forgets jobs that have ended, with their idempotency keys: those that ended before a time, and of the rest all but the
     * newest. A job stays until everybody who has to know of its end {@linkplain #markNoted has noted} it.
     *
     * @param endedBefore the oldest end that is kept
     * @param keep how many ended jobs are kept at most
     * @param bytes how much their images may take at most, all together
     * @return the ids of the forgotten, whose events and blobs the caller forgets
     */
    List<String> removeEnded(Instant endedBefore, int keep, long bytes);

    /** Returns jobs that have ended and of which somebody does not know that yet, at most so many. */
    List<JobRecord> toNote(Noting who, int limit);

    /** Marks jobs: somebody knows that they have ended. */
    void markNoted(Noting who, Collection<String> jobIds);

    /** Who has to know when a job has ended, before it may be forgotten. */
    enum Noting {
        /** The experiment of a job that has an arm. */
        EXPERIMENT,
        /** The outbox, of a job that has a webhook. */
        WEBHOOK;

        /** Returns whether it has to know of a job. */
        public boolean concerns(JobRecord job) {
            return switch (this) {
                case EXPERIMENT -> job.request().arm() != null;
                case WEBHOOK -> job.request().webhook() != null;
            };
        }
    }

    /**
     * Takes the job whose turn is next; atomic, and nobody waits for anybody else who does the same.
     *
     * @param worker the taker's name
     * @param models of which it takes jobs
     * @param lease how long the claim holds without a heartbeat, positive
     * @return the job, or empty if none waits
     */
    Optional<Claimed> claim(String worker, ServedModels models, Duration lease);

    /** Extends the leases of claims that hold to now plus {@code lease}, and tells of each whether it does. */
    Map<Claim, Hold> keep(Collection<Claim> claims, Duration lease);

    /**
     * Gives a job back unfinished: it waits again, with the turn that it had.
     *
     * @return false if the claim did not hold any more, which changes nothing
     */
    boolean release(Claim claim);

    /** Where a waiting job stands, or empty if it does not wait. */
    Optional<Place> place(String jobId);

    /** What waits and what is held. */
    Depth depth();

    /** What waits and what is held of each model of which a job has not ended, by the model. */
    List<ModelDepth> depthByModel();

    /** The jobs that wait past the time by which they had to begin ({@link dev.pathline.common.wire.JobTerms#startBy}). */
    List<String> overdue();

    /** What became of a new job. */
    sealed interface Creation {

        /**
         * It is stored, and waits.
         *
         * @param place where
         */
        record Created(Place place) implements Creation {}

        /**
         * A job with the same idempotency key exists.
         *
         * @param job that job
         */
        record Existing(JobRecord job) implements Creation {}

        /**
         * There is no room.
         *
         * @param depth what waits and what is held
         */
        record Full(Depth depth) implements Creation {}

        /**
         * Its owner has as many as may be.
         *
         * @param unended how many of its owner's have not ended
         */
        record Crowded(int unended) implements Creation {}
    }

    /**
     * Which jobs.
     *
     * @param state in this state only, or null
     * @param model of this model only ({@code name} or {@code name@version}), or null
     * @param experiment in an arm of this experiment only ({@code name} or {@code name@version}), or null
     * @param owner of this API key only, or null
     * @param metadata with this metadata only, whatever they have besides
     * @param since created at this time or later only, to the millisecond, or null
     * @param before created before this time only, to the millisecond, or null
     * @param limit at most so many, at least 1
     * @param cursor where the last page ended, or null for the first
     */
    record Query(@Nullable JobState state, @Nullable String model, @Nullable String experiment, @Nullable String owner,
            Map<String, String> metadata, @Nullable Instant since, @Nullable Instant before, int limit,
            @Nullable String cursor) {

        /** Copies the metadata. */
        public Query {
            metadata = Map.copyOf(metadata);
        }

        /** Of those of an experiment or a model in a state, where they are not null. */
        public Query(@Nullable JobState state, @Nullable String model, @Nullable String experiment, int limit,
                @Nullable String cursor) {
            this(state, model, experiment, null, Map.of(), null, null, limit, cursor);
        }

        /** Of those in a state, or of all. */
        public static Query in(@Nullable JobState state, int limit, @Nullable String cursor) {
            return new Query(state, null, null, limit, cursor);
        }
    }

    /**
     * A page of jobs.
     *
     * @param jobs newest first
     * @param nextCursor where the next page begins, or null if this is the last
     */
    record Page(List<JobRecord> jobs, @Nullable String nextCursor) {}

    /**
     * The right to run a job.
     *
     * @param jobId the job
     * @param attempt from 1, one more with every claim of this job
     * @param worker who holds it
     */
    record Claim(String jobId, int attempt, String worker) {}

    /**
     * A job that was taken.
     *
     * @param claim the right to run it
     * @param job its record
     */
    record Claimed(Claim claim, JobRecord job) {}

    /** What a heartbeat finds. */
    enum Hold {
        /** The claim holds. */
        HELD,
        /** The lease ended, and the job is, or will be, someone else's: stop, and write nothing. */
        LOST,
        /** The job has ended, by a cancellation for instance, or is forgotten: stop. */
        ENDED
    }

    /**
     * A waiting job's place.
     *
     * @param position 1 is next
     * @param rowsAhead rows of everything before it, of held jobs those whose turn was before
     */
    record Place(int position, long rowsAhead) {}

    /**
     * What has not ended.
     *
     * @param waiting jobs that wait
     * @param held jobs that are held
     * @param rows the cost of all of them, in rows of network evaluation
     * @param capacity how many jobs may wait when a new one comes; those that are given back may be more
     */
    record Depth(int waiting, int held, long rows, int capacity) {}

    /**
     * What has not ended of a model.
     *
     * @param model {@code name@version}
     * @param waiting jobs that wait
     * @param held jobs that are held
     */
    record ModelDepth(String model, int waiting, int held) {}
}
