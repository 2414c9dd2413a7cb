package dev.pathline.common.lifecycle;

import dev.pathline.common.job.JobCommand;
import dev.pathline.common.job.JobRecord;
import dev.pathline.common.job.Transition;
import dev.pathline.common.port.JobSignals;
import java.util.Optional;

/**
 * Ends jobs from outside: a client cancels one, a deadline passes, the server stops. The state first: from then on what a
 * worker says of the job is refused, whenever it hears of it. Then those are told who need not go on. May block as the ports
 * do.
 */
public final class JobEnding {

    private final JobLifecycle lifecycle;
    private final JobSignals signals;

    /** Ends jobs of a lifecycle, and tells workers of it. */
    public JobEnding(JobLifecycle lifecycle, JobSignals signals) {
        this.lifecycle = lifecycle;
        this.signals = signals;
    }

    /**
     * Ends a job by a command that ends every job which has not ended.
     *
     * @return what the command did, or empty if there is no such job
     */
    public Optional<Transition> end(String jobId, JobCommand command) {
        Optional<Transition> done = lifecycle.apply(jobId, command);
        // Of a job that had ended already perhaps nobody was told.
        done.map(Transition::job).filter(job -> job.state().terminal()).map(JobRecord::id)
                .ifPresent(signals::tellEnded);
        return done;
    }
}
