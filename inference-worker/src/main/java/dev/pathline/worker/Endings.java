package dev.pathline.worker;

import dev.pathline.common.job.JobCommand;
import dev.pathline.common.lifecycle.JobLifecycle;
import dev.pathline.common.port.JobQueue;
import dev.pathline.common.port.JobQueue.Claim;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a job leaves this worker: its last word is said, its claim is acknowledged, and its place is free, whatever is thrown on
 * the way. A job whose last word cannot be said is not acknowledged: its lease ends, and it runs again. Safe for use by many
 * threads.
 */
final class Endings {

    private static final Logger LOG = LoggerFactory.getLogger(Endings.class);

    private final JobLifecycle lifecycle;
    private final JobQueue queue;
    private final Executor blocking;
    private final Consumer<Claim> forget;

    /**
     * Endings.
     *
     * @param blocking runs what may block
     * @param forget is told of every claim that this worker has nothing more to do with
     */
    Endings(JobLifecycle lifecycle, JobQueue queue, Executor blocking, Consumer<Claim> forget) {
        this.lifecycle = lifecycle;
        this.queue = queue;
        this.blocking = blocking;
        this.forget = forget;
    }

    /** Says the last word about a job, on another thread. */
    void endElsewhere(Claim claim, JobCommand lastWord) {
        elsewhere(claim, () -> end(claim, lastWord));
    }

    /** Lets go of a job that others have ended, or have taken over; on another thread. */
    void acknowledgeElsewhere(Claim claim) {
        elsewhere(claim, () -> acknowledge(claim));
    }

    private void elsewhere(Claim claim, Runnable action) {
        try {
            blocking.execute(action);
        } catch (RejectedExecutionException e) {
            LOG.debug("the worker has stopped, and what it had claimed was given back", e);
            forget.accept(claim);
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
        acknowledge(claim);
    }

    /** Lets go of a job of which the last word is said; may block. */
    void acknowledge(Claim claim) {
        try {
            queue.ack(claim);
        } catch (Throwable e) {
            LOG.warn("job {} cannot be acknowledged; its lease will end", claim.jobId(), e);
        } finally {
            forget.accept(claim);
        }
    }

    /** Gives a job back unfinished, for another attempt; may block. */
    void release(Claim claim) {
        try {
            queue.release(claim);
        } catch (Throwable e) {
            LOG.warn("job {} cannot be given back; its lease will end", claim.jobId(), e);
        } finally {
            forget.accept(claim);
        }
    }

    /** Lets the lease of a job end of which nothing can be said now. */
    void lapse(Claim claim, Throwable why) {
        LOG.error("nothing can be said about job {} in attempt {}; its lease will end, and it runs again",
                claim.jobId(), claim.attempt(), why);
        forget.accept(claim);
    }
}
