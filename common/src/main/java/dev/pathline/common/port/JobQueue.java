package dev.pathline.common.port;

import dev.pathline.common.job.JobRecord;
import dev.pathline.common.wire.JobTerms;
import dev.pathline.common.wire.Priority;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/**
 * The jobs that wait for a worker: bounded, in the order in which they came and are urgent ({@link Priority}), handed out
 * under leases.
 *
 * <p>A claim holds its job until its lease ends; a heartbeat extends it. A job whose lease has ended is handed out
 * again, before those that wait, with the next attempt number. The number fences: what an older attempt asks for has
 * no effect.
 */
public interface JobQueue {

    /**
     * Adds a job, behind those that came before it and before those that it need not wait for.
     *
     * @return its place, or that the queue is full
     * @throws IllegalStateException if the job is already in the queue
     */
    Offer offer(QueueEntry entry);

    /**
     * Takes the next job, waiting for one if there is none.
     *
     * @param worker the taker's name
     * @param lease how long the claim holds without a heartbeat, positive
     * @param wait how long to wait for a job, zero to look once
     * @return the claim, or empty if there was nothing
     * @throws InterruptedException if the waiting thread is interrupted
     */
    Optional<Claim> claim(String worker, Duration lease, Duration wait) throws InterruptedException;

    /** Extends a lease to now plus {@code lease}, and tells whether the claim still holds. */
    Hold heartbeat(Claim claim, Duration lease);

    /**
     * Forgets a job that has ended.
     *
     * @return false if the claim was lost, which changes nothing
     */
    boolean ack(Claim claim);

    /**
     * Gives a job back unfinished: it is handed out next, with the next attempt number.
     *
     * @return false if the claim was lost, which changes nothing
     */
    boolean release(Claim claim);

    /**
     * Cancels a job: a waiting one is removed, the holder of a claimed one is told by its next heartbeat and by
     * {@link #cancellations()}. Idempotent.
     *
     * @return whether the job was in the queue
     */
    boolean cancel(String jobId);

    /** The ids of jobs that are cancelled while claimed, from now on; hot, never ends, misses nothing while subscribed. */
    Flux<String> cancellations();

    /** Where a job would stand that was offered now. */
    Place expectedPlace(QueueEntry entry);

    /** Where a waiting job stands, or empty if it does not wait. */
    Optional<Place> place(String jobId);

    /** The jobs that wait past the time by which they had to be claimed; they stay until they are cancelled. */
    List<String> overdue();

    /** What waits and what is claimed. */
    Depth depth();

    /**
     * A job in the queue.
     *
     * @param jobId the job
     * @param rows its cost in rows of network evaluation, at least 1
     * @param priority how urgent it is
     * @param claimBy when it has to be claimed, or null if it may wait
     */
    record QueueEntry(String jobId, long rows, Priority priority, @Nullable Instant claimBy) {

        /** An entry for a job. */
        public static QueueEntry of(JobRecord job) {
            JobTerms terms = job.request().terms();
            return new QueueEntry(job.id(), job.request().rows(), terms.priority(),
                    terms.startBy(job.times().createdAt()));
        }
    }

    /** What became of an offer. */
    sealed interface Offer {

        /**
         * The job waits.
         *
         * @param place where
         */
        record Accepted(Place place) implements Offer {}

        /**
         * There is no room.
         *
         * @param depth what is in the queue
         */
        record Full(Depth depth) implements Offer {}
    }

    /**
     * A waiting job's place.
     *
     * @param position 1 is next
     * @param rowsAhead rows of everything before it, of claimed jobs those that would be before it if they waited
     */
    record Place(int position, long rowsAhead) {}

    /**
     * What is in the queue.
     *
     * @param waiting jobs that wait
     * @param claimed jobs that are claimed
     * @param rows the cost of all of them
     * @param capacity how many jobs may wait
     */
    record Depth(int waiting, int claimed, long rows, int capacity) {}

    /**
     * The right to run a job.
     *
     * @param entry the job
     * @param attempt from 1, one more with every claim of this job
     * @param worker who holds it
     * @param leaseUntil when it is lost without a heartbeat, as of the claim
     */
    record Claim(QueueEntry entry, int attempt, String worker, Instant leaseUntil) {

        /** The job. */
        public String jobId() {
            return entry.jobId();
        }
    }

    /** What a heartbeat finds. */
    enum Hold {
        /** The claim holds. */
        HELD,
        /** The lease ended and the job is, or will be, someone else's: stop, and write nothing. */
        LOST,
        /** The job was cancelled: stop, and acknowledge. */
        CANCELLED
    }
}
