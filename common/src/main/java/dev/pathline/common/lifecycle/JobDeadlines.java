package dev.pathline.common.lifecycle;

import dev.pathline.common.job.JobCommand;
import dev.pathline.common.port.JobQueue;
import java.util.List;

/** Ends jobs that waited past the time by which they had to begin or end; those that run are their worker's to end. */
public final class JobDeadlines {

    private final JobQueue queue;
    private final JobLifecycle lifecycle;

    /** Deadlines of the jobs in a queue. */
    public JobDeadlines(JobQueue queue, JobLifecycle lifecycle) {
        this.queue = queue;
        this.lifecycle = lifecycle;
    }

    /**
     * Ends what is overdue now; may block as the ports do. Returns the ids of those jobs.
     *
     * <p>Implementation note. The state first, as with a cancellation: if the process dies in between, the job is found
     * overdue again.
     */
    public List<String> expire() {
        List<String> overdue = queue.overdue();
        for (String jobId : overdue) {
            lifecycle.apply(jobId, new JobCommand.Expire());
            queue.cancel(jobId);
        }
        return overdue;
    }
}
