package dev.pathline.worker;

import dev.pathline.common.job.JobCommand;
import dev.pathline.common.lifecycle.JobLifecycle;
import dev.pathline.common.port.JobStore.Claim;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a job leaves this worker: its last word is said, and its place is free, whatever is thrown on the way. A job whose last
 * word cannot be said stays where it is: its lease ends, and it runs again. Safe for use by many threads.
 */
final class Endings {

    private static final Logger LOG = LoggerFactory.getLogger(Endings.class);

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

    /** Says the last word about a job, and lets go of it; may block. */
    void end(Claim claim, JobCommand lastWord) {
        try {
            lifecycle.apply(claim.jobId(), lastWord);
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
