package dev.pathline.worker;

import dev.pathline.common.job.JobCommand;
import dev.pathline.common.lifecycle.JobLifecycle;
import dev.pathline.common.port.JobQueue;
import dev.pathline.common.port.JobQueue.Claim;
import dev.pathline.common.port.JobQueue.Hold;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The claims of a worker: how many there may be, the heartbeats that keep them, and that some of them are over. By claim and
 * not by job: a worker whose lease ended may be handed the same job again while its earlier attempt is still on its way out. Safe
 * for use by many threads.
 */
final class Leases {

    private static final Logger LOG = LoggerFactory.getLogger(Leases.class);

    private final JobQueue queue;
    private final Duration lease;
    private final Semaphore room;
    /** Those that are held, and whether they are over: others have ended the job, or have it now. */
    private final Map<Claim, AtomicBoolean> held = new ConcurrentHashMap<>();

    /**
     * No claims.
     *
     * @param jobs how many there may be
     */
    Leases(JobQueue queue, Duration lease, int jobs) {
        this.queue = queue;
        this.lease = lease;
        this.room = new Semaphore(jobs);
    }

    /** Waits until one more claim may be held, then claims a job, if there is one within a time. */
    Optional<Claim> claim(Claiming claiming) throws InterruptedException {
        room.acquire();
        Optional<Claim> claim = Optional.empty();
        try {
            claim = claiming.next(lease);
            claim.ifPresent(one -> held.put(one, new AtomicBoolean()));
        } finally {
            if (claim.isEmpty()) {
                room.release();
            }
        }
        return claim;
    }

    /** Where claims come from. */
    @FunctionalInterface
    interface Claiming {
        /** Returns a claim with this lease, or empty if there is none for now. */
        Optional<Claim> next(Duration lease) throws InterruptedException;
    }

    /** The worker has nothing more to do with a claim. */
    void forget(Claim claim) {
        if (held.remove(claim) != null) {
            room.release();
        }
    }

    /** Returns whether others have ended the job, or have it now. */
    boolean isOver(Claim claim) {
        AtomicBoolean over = held.get(claim);
        return over != null && over.get();
    }

    /** Some claims are over; each is told once. */
    void over(Predicate<Claim> which, Consumer<Claim> stop) {
        held.forEach((claim, over) -> {
            if (which.test(claim) && over.compareAndSet(false, true)) {
                stop.accept(claim);
            }
        });
    }

    /** Extends all leases; one that cannot be extended now does not keep the next from it. Claims that are over are told once. */
    void keep(Consumer<Claim> stop) {
        held.forEach((claim, over) -> {
            if (!over.get()) {
                try {
                    Hold hold = queue.heartbeat(claim, lease);
                    if (hold != Hold.HELD && over.compareAndSet(false, true)) {
                        LOG.info("job {} is {} in attempt {}", claim.jobId(), hold, claim.attempt());
                        stop.accept(claim);
                    }
                } catch (Throwable e) {
                    LOG.warn("a heartbeat of job {} failed; the next one may succeed", claim.jobId(), e);
                }
            }
        });
    }

    /** What runs goes back to the queue under the next attempt's number; what waited here never started. Returns how many. */
    int giveBack(JobLifecycle lifecycle) {
        int count = 0;
        for (Claim claim : held.keySet()) {
            try {
                lifecycle.apply(claim.jobId(), new JobCommand.Requeue(claim.attempt()));
                count += queue.release(claim) ? 1 : 0;
            } catch (Throwable e) {
                LOG.warn("job {} cannot be given back; its lease will end", claim.jobId(), e);
            }
            forget(claim);
        }
        return count;
    }
}
