package dev.pathline.common.lifecycle;

import dev.pathline.common.job.JobCommand;
import dev.pathline.common.port.JobStore;
import java.util.List;

/** Ends jobs that waited past the time by which they had to begin or end; those that run are their worker's to end. */
public final class JobDeadlines {

    private final JobStore store;
    private final JobEnding ending;

    /** Deadlines of the jobs in a store. */
    public JobDeadlines(JobStore store, JobEnding ending) {
        this.store = store;
        this.ending = ending;
    }

    /** Ends what is overdue now; may block as the ports do. Returns the ids of those jobs. */
    public List<String> expire() {
        List<String> overdue = store.overdue();
        overdue.forEach(jobId -> ending.end(jobId, new JobCommand.Expire()));
        return overdue;
    }
}
