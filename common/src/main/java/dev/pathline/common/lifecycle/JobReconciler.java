package dev.pathline.common.lifecycle;

import dev.pathline.common.port.JobDispatch;
import dev.pathline.common.port.JobNotice;
import dev.pathline.common.port.JobStore;
import java.util.List;

/**
 * Publishes again what waits in the store: notices that were lost with a broker's disk or never published because somebody died
 * in between, and those of jobs whose worker has died. A notice that is there already is not there twice, so this may run
 * as often as one likes, and in several processes.
 */
public final class JobReconciler {

    /** More are published when these are gone. */
    private static final int MOST = 1000;

    private final JobStore store;
    private final JobDispatch dispatch;

    /** A reconciler between a store and a dispatch. */
    public JobReconciler(JobStore store, JobDispatch dispatch) {
        this.store = store;
        this.dispatch = dispatch;
    }

    /** Publishes the notices of the jobs that wait, those first whose turn is first. Returns them. May block as the ports do. */
    public List<JobNotice> publish() {
        List<JobNotice> waiting = store.waiting(MOST);
        waiting.forEach(dispatch::publish);
        return waiting;
    }
}
