package dev.pathline.worker;

import dev.pathline.common.job.JobCommand;
import dev.pathline.common.job.JobRecord;
import dev.pathline.common.lifecycle.JobLifecycle;
import dev.pathline.common.port.JobSignals;
import dev.pathline.common.port.JobStore;
import dev.pathline.common.port.JobStore.Claim;
import dev.pathline.common.port.JobStore.Claimed;
import dev.pathline.common.port.JobStore.Hold;
import dev.pathline.common.port.ServedModels;
import java.time.Duration;
import java.util.List;
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

    private final String worker;
    private final JobStore store;
    private final JobSignals signals;
    private final ServedModels models;
    private final Duration lease;
    private final Semaphore room;
    private final Semaphore ahead;
    private final Map<Claim, Held> held = new ConcurrentHashMap<>();

    /**
     * A claim that is held.
     *
     * @param job as it was claimed
     * @param over whether others have ended the job, or have it now
     * @param begun whether it has begun
     */
    private record Held(JobRecord job, AtomicBoolean over, AtomicBoolean begun) {

        Held(JobRecord job) {
            this(job, new AtomicBoolean(), new AtomicBoolean());
        }
    }

    /**
     * No claims.
     *
     * @param worker who claims
     * @param models of which jobs are claimed
     * @param jobs how many claims there may be
     * @param ahead how many of them may be of jobs that have not begun: what one worker has claimed no other can begin
     */
    Leases(String worker, JobStore store, JobSignals signals, ServedModels models, Duration lease, int jobs,
            int ahead) {
        this.worker = worker;
        this.store = store;
        this.signals = signals;
        this.models = models;
        this.lease = lease;
        this.room = new Semaphore(jobs);
        this.ahead = new Semaphore(ahead);
    }

    /** Waits until one more claim may be held, then claims the job whose turn is next, if one waits. */
    Optional<Claimed> claim() throws InterruptedException {
        room.acquire();
        boolean claimed = false;
        try {
            ahead.acquire();
            try {
                Optional<Claimed> next = store.claim(worker, models, lease);
                next.ifPresent(one -> held.put(one.claim(), new Held(one.job())));
                claimed = next.isPresent();
                return next;
            } finally {
                if (!claimed) {
                    ahead.release();
                }
            }
        } finally {
            if (!claimed) {
                room.release();
            }
        }
    }

    /** A job has begun, and keeps nobody any more from claiming another one. */
    void begun(Claim claim) {
        Held one = held.get(claim);
        if (one != null) {
            noLongerAhead(one);
        }
    }

    private void noLongerAhead(Held one) {
        if (one.begun().compareAndSet(false, true)) {
            ahead.release();
        }
    }

    /** The worker has nothing more to do with a claim. */
    void forget(Claim claim) {
        Held was = held.remove(claim);
        if (was != null) {
            room.release();
            noLongerAhead(was);
        }
    }

    /** Returns whether others have ended the job, or have it now. */
    boolean isOver(Claim claim) {
        Held one = held.get(claim);
        return one != null && one.over().get();
    }

    /** Some claims are over; each is told once. */
    void over(Predicate<Claim> which, Consumer<Claim> stop) {
        held.forEach((claim, one) -> {
            if (which.test(claim) && one.over().compareAndSet(false, true)) {
                stop.accept(claim);
            }
        });
    }

    /** Extends all leases. Claims that are over are told once. */
    void keep(Consumer<Claim> stop) {
        List<Claim> claims = held.entrySet().stream().filter(one -> !one.getValue().over().get())
                .map(Map.Entry::getKey).toList();
        if (claims.isEmpty()) {
            return;
        }
        try {
            store.keep(claims, lease).forEach((claim, hold) -> {
                if (hold != Hold.HELD) {
                    over(claim::equals, lost -> {
                        LOG.info("job {} is {} in attempt {}", claim.jobId(), hold, claim.attempt());
                        stop.accept(lost);
                    });
                }
            });
        } catch (Throwable e) {
            LOG.warn("a heartbeat of {} job(s) failed; the next one may succeed", claims.size(), e);
        }
    }

    /** What runs waits again, for its next attempt; what waited here never started. Returns how many. */
    int giveBack(JobLifecycle lifecycle) {
        int count = 0;
        for (Claim claim : held.keySet()) {
            try {
                lifecycle.apply(claim.jobId(), new JobCommand.Requeue(claim.attempt()));
                count += release(claim) ? 1 : 0;
            } catch (Throwable e) {
                LOG.warn("job {} cannot be given back; its lease will end", claim.jobId(), e);
                forget(claim);
            }
        }
        return count;
    }

    /**
     * Gives a job back, and tells others of it.
     *
     * @return whether the claim held
     */
    boolean release(Claim claim) {
        Held was = held.get(claim);
        boolean released = store.release(claim);
        forget(claim);
        if (released && was != null) {
            signals.tellWaiting(was.job().request().modelReference());
        }
        return released;
    }
}
