package dev.pathline.worker;

import dev.pathline.common.job.JobCommand;
import dev.pathline.common.lifecycle.JobLifecycle;
import dev.pathline.common.port.JobDispatch;
import dev.pathline.common.port.JobDispatch.Delivery;
import dev.pathline.common.port.JobStore;
import dev.pathline.common.port.JobStore.Claim;
import dev.pathline.common.port.JobStore.Hold;
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

    private final JobStore store;
    private final JobDispatch dispatch;
    private final Duration lease;
    private final Semaphore room;
    private final Map<Claim, Held> held = new ConcurrentHashMap<>();

    /**
     * A claim that is held.
     *
     * @param delivery by which it was heard of
     * @param over whether others have ended the job, or have it now
     */
    private record Held(Delivery delivery, AtomicBoolean over) {}

    /**
     * No claims.
     *
     * @param jobs how many there may be
     */
    Leases(JobStore store, JobDispatch dispatch, Duration lease, int jobs) {
        this.store = store;
        this.dispatch = dispatch;
        this.lease = lease;
        this.room = new Semaphore(jobs);
    }

    /**
     * Waits until one more claim may be held, then claims a job, if somebody tells of one within a time.
     *
     * @param worker who claims
     */
    Optional<Claim> claim(String worker, Duration wait) throws InterruptedException {
        room.acquire();
        Optional<Claim> claim = Optional.empty();
        try {
            Optional<Delivery> delivery = dispatch.next(wait);
            if (delivery.isPresent()) {
                claim = claim(worker, delivery.get());
            }
        } finally {
            if (claim.isEmpty()) {
                room.release();
            }
        }
        return claim;
    }

    /** What was told of is a hint: the job may have ended, or be somebody else's. */
    private Optional<Claim> claim(String worker, Delivery delivery) {
        Optional<Claim> claim;
        try {
            claim = store.claim(delivery.jobId(), worker, lease);
        } catch (RuntimeException | Error e) {
            dispatch.giveBack(delivery);
            throw e;
        }
        claim.ifPresentOrElse(one -> held.put(one, new Held(delivery, new AtomicBoolean())),
                () -> dispatch.done(delivery));
        return claim;
    }

    /**
     * The worker has nothing more to do with a claim.
     *
     * @return by which delivery it was heard of; empty if the claim was forgotten before
     */
    Optional<Delivery> forget(Claim claim) {
        Held was = held.remove(claim);
        if (was == null) {
            return Optional.empty();
        }
        room.release();
        return Optional.of(was.delivery());
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
                if (hold == Hold.HELD) {
                    extend(claim);
                } else {
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

    /** Others would hear of the job in vain: its lease holds. */
    private void extend(Claim claim) {
        Held one = held.get(claim);
        if (one != null) {
            try {
                dispatch.extend(one.delivery());
            } catch (RuntimeException e) {
                LOG.debug("others may hear of job {}, and will not get it", claim.jobId(), e);
            }
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
        boolean released = store.release(claim);
        forget(claim).ifPresent(dispatch::giveBack);
        return released;
    }
}
