package dev.pathline.common.lifecycle;

import dev.pathline.common.job.JobCommand;
import dev.pathline.common.job.JobRecord;
import dev.pathline.common.job.Transition;
import dev.pathline.common.port.JobDispatch;
import dev.pathline.common.port.JobNotice;
import dev.pathline.common.port.PortUnavailableException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends jobs from outside: a client cancels one, a deadline passes, the server stops. The state first: from then on what a
 * worker says of the job is refused, whenever it hears of it. Then those are told who need not go on. May block as the ports
 * do.
 */
public final class JobEnding {

    private static final Logger LOG = LoggerFactory.getLogger(JobEnding.class);

    private final JobLifecycle lifecycle;
    private final JobDispatch dispatch;

    /** Ends jobs of a lifecycle, and tells it by a dispatch. */
    public JobEnding(JobLifecycle lifecycle, JobDispatch dispatch) {
        this.lifecycle = lifecycle;
        this.dispatch = dispatch;
    }

    /**
     * Ends a job by a command that ends every job which has not ended.
     *
     * @return what the command did, or empty if there is no such job
     */
    public Optional<Transition> end(String jobId, JobCommand command) {
        Optional<Transition> done = lifecycle.apply(jobId, command);
        done.map(Transition::job).filter(job -> job.state().terminal()).ifPresent(this::tell);
        return done;
    }

    /** A job that had ended already may be one of which nobody was told. */
    private void tell(JobRecord job) {
        try {
            dispatch.withdraw(JobNotice.of(job));
            dispatch.tellEnded(job.id());
        } catch (PortUnavailableException e) {
            LOG.info("workers hear by their heartbeats that job {} has ended: {}", job.id(), e.getMessage());
        }
    }
}
