package dev.pathline.worker;

import dev.pathline.common.job.JobCommand;
import dev.pathline.common.lifecycle.JobLifecycle;
import dev.pathline.common.port.JobStore.Claim;
import dev.pathline.common.port.PortUnavailableException;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a job leaves this worker: its last word is said, again and again while the store is away, and its place is free, whatever is
 * thrown on the way. A job whose last word cannot be said at all stays where it is: its lease ends, and it runs again. Safe for
 * use by many threads.
 */
final class Endings {

    private static final Logger LOG = LoggerFactory.getLogger(Endings.class);

    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);
    /** A database that is away for longer than that has been lost. */
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final JobLifecycle lifecycle;
    private final Executor blocking;
    private final Leases leases;

    /**
     * Endings.
     *
     * @param blocking runs what may block
     * @param leases whose places become free
     */
    Endings(JobLifecycle lifecycle, Executor blocking, Leases leases) {
        this.lifecycle = lifecycle;
        this.blocking = blocking;
        this.leases = leases;
    }

    /** Says the last word about a job, on another thread. */
    void endElsewhere(Claim claim, JobCommand lastWord) {
        try {
            blocking.execute(() -> end(claim, lastWord));
        } catch (RejectedExecutionException e) {
            LOG.debug("the worker has stopped, and what it had claimed was given back", e);
            leases.forget(claim);
        }
    }

    /** A job has begun here. */
    void begun(Claim claim) {
        leases.begun(claim);
    }

    /**
     * Does what ends a job, again and again while a port is away: what was computed is not thrown away for that. May block.
     *
     * @throws PortUnavailableException if others have ended the job meanwhile, or have it now, or it takes too long
     */
    <T> T insist(Claim claim, Supplier<T> word) {
        long start = System.nanoTime();
        long pause = FIRST_PAUSE.toNanos();
        while (true) {
            try {
                return word.get();
            } catch (PortUnavailableException e) {
                if (isOver(claim) || System.nanoTime() - start > PATIENCE.toNanos()) {
                    throw e;
                }
                LOG.warn("the end of job {} cannot be stored, which is tried again: {}", claim.jobId(), e.getMessage());
                LockSupport.parkNanos(pause);
                if (Thread.currentThread().isInterrupted()) {
                    throw e;
                }
                pause = Math.min(2 * pause, LONGEST_PAUSE.toNanos());
            }
        }
    }

    /** Says the last word about a job, and lets go of it; may block. */
    void end(Claim claim, JobCommand lastWord) {
        try {
            insist(claim, () -> lifecycle.apply(claim.jobId(), lastWord));
        } catch (Throwable e) {
            lapse(claim, e);
            return;
        }
        letGo(claim);
    }

    /** Returns whether others have ended the job, or have it now. */
    boolean isOver(Claim claim) {
        return leases.isOver(claim);
    }

    /** Lets go of a job that has ended, or that others have taken over. */
    void letGo(Claim claim) {
        leases.forget(claim);
    }

    /** Gives a job back unfinished, for another attempt; may block. */
    void release(Claim claim) {
        try {
            leases.release(claim);
        } catch (Throwable e) {
            LOG.warn("job {} cannot be given back; its lease will end", claim.jobId(), e);
            leases.forget(claim);
        }
    }

    /** Lets the lease of a job end of which nothing can be said now. */
    void lapse(Claim claim, Throwable why) {
        LOG.error("nothing can be said about job {} in attempt {}; its lease will end, and it runs again",
                claim.jobId(), claim.attempt(), why);
        leases.forget(claim);
    }
}
