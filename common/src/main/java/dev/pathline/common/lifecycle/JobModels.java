package dev.pathline.common.lifecycle;

import dev.pathline.common.job.JobRecord;
import dev.pathline.common.job.JobState;
import dev.pathline.common.port.JobStore;
import dev.pathline.common.port.ModelReferences;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The models that unfinished jobs will need. */
public final class JobModels implements ModelReferences {

    private static final int PAGE = 500;

    private final JobStore jobs;

    /** The models of the unfinished jobs in a store. */
    public JobModels(JobStore jobs) {
        this.jobs = jobs;
    }

    @Override
    public Set<String> inUse() {
        var used = new HashSet<String>();
        // Running first: a job that is given back meanwhile is found waiting, and one that is seen twice does no harm.
        for (JobState state : List.of(JobState.RUNNING, JobState.QUEUED, JobState.RUNNING)) {
            @Nullable
            String cursor = null;
            do {
                JobStore.Page page = jobs.list(JobStore.Query.in(state, PAGE, cursor));
                for (JobRecord job : page.jobs()) {
                    used.add(job.request().modelReference());
                }
                cursor = page.nextCursor();
            } while (cursor != null);
        }
        return used;
    }
}
