package dev.pathline.worker;

import dev.pathline.common.job.JobCommand;
import dev.pathline.common.job.JobRecord;
import dev.pathline.common.job.Transition;
import dev.pathline.common.port.JobStore.Claim;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a job leaves this worker: its last word is said, nobody is told of it any more, and its place is free, whatever is
 * thrown on the way. A job whose last word cannot be said stays where it is: its lease ends, and it runs again. Of a job that
 * somebody else has by now others go on being told. Safe for use by many threads.
 */
final class Endings {

    private static final Logger LOG = LoggerFactory.getLogger(Endings.class);

    private final WorkerPorts ports;
    private final Executor blocking;
    private final Leases leases;

    /**
     * Endings.
     *
     * @param blocking runs what may block
     * @param leases whose places become free
     */
    Endings(WorkerPorts ports, Executor blocking, Leases leases) {
        this.ports = ports;
        this.blocking = blocking;
        this.leases = leases;
    }

    /** Says the last word about a job, on another thread. */
    void endElsewhere(Claim claim, JobCommand lastWord) {
        elsewhere(claim, () -> end(claim, lastWord));
    }

    /** Lets go of a job that others have ended, or have taken over; on another thread. */
    void letGoElsewhere(Claim claim) {
        elsewhere(claim, () -> letGo(claim));
    }

    private void elsewhere(Claim claim, Runnable action) {
        try {
            blocking.execute(action);
        } catch (RejectedExecutionException e) {
            LOG.debug("the worker has stopped, and what it had claimed was given back", e);
            leases.forget(claim);
        }
    }

    /** Says the last word about a job, and lets go of it; may block. */
    void end(Claim claim, JobCommand lastWord) {
        Optional<Transition> said;
        try {
            said = ports.lifecycle().apply(claim.jobId(), lastWord);
        } catch (Throwable e) {
            lapse(claim, e);
            return;
        }
        forget(claim, hasEnded(said.map(Transition::job)));
    }

    /** Lets go of a job that others have ended, or have taken over; may block. */
    void letGo(Claim claim) {
        boolean ended = false;
        try {
            ended = hasEnded(ports.store().find(claim.jobId()));
        } catch (Throwable e) {
            LOG.warn("nobody knows whether job {} has ended; somebody may be told of it in vain", claim.jobId(), e);
        }
        forget(claim, ended);
    }

    /** Lets go of a job that has ended; may block. */
    void acknowledge(Claim claim) {
        forget(claim, true);
    }

    private static boolean hasEnded(Optional<JobRecord> job) {
        return job.map(found -> found.state().terminal()).orElse(true);
    }

    private void forget(Claim claim, boolean ended) {
        leases.forget(claim).filter(delivery -> ended).ifPresent(delivery -> {
            try {
                ports.dispatch().done(delivery);
            } catch (Throwable e) {
                LOG.info("somebody may be told in vain of job {}, which has ended: {}", claim.jobId(), e.toString());
            }
        });
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
