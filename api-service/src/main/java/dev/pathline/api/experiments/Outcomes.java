package dev.pathline.api.experiments;

import dev.pathline.common.port.JobStore.Noting;
import dev.pathline.common.job.JobRecord;
import dev.pathline.common.port.ExperimentStore;
import dev.pathline.common.port.JobStore;
import java.util.List;

/**
 * Tells experiments what came of their jobs. What ended is noted first and marked after: whoever dies in between notes it twice, which the
 * experiments' store knows, and no job is left out. Any number of replicas may do it at once. Methods may block.
 */
public final class Outcomes {

    private static final int AT_ONCE = 200;

    private final JobStore jobs;
    private final ExperimentStore experiments;

    /** Tells of the jobs of a store. */
    public Outcomes(JobStore jobs, ExperimentStore experiments) {
        this.jobs = jobs;
        this.experiments = experiments;
    }

    /** Tells of all jobs that have ended. */
    public void tell() {
        List<JobRecord> ended;
        do {
            ended = jobs.toNote(Noting.EXPERIMENT, AT_ONCE);
            experiments.note(ended);
            jobs.markNoted(Noting.EXPERIMENT, ended.stream().map(JobRecord::id).toList());
        } while (ended.size() == AT_ONCE);
    }
}
