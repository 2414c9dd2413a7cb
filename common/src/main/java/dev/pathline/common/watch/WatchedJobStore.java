package dev.pathline.common.watch;

import dev.pathline.common.job.JobRecord;
import dev.pathline.common.port.JobStore;
import dev.pathline.common.port.ServedModels;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A store that tells of jobs that were accepted and of jobs that ended, whoever ended them: in a store each happens once.
 */
public final class WatchedJobStore implements JobStore {

    private static final Logger LOG = LoggerFactory.getLogger(WatchedJobStore.class);

    private final JobStore store;
    private final List<Watcher> watchers;

    /** Who is told. What a watcher throws is logged and changes nothing. */
    public interface Watcher {

        /** A job was accepted. */
        void accepted(JobRecord job);

        /** A job ended. */
        void ended(JobRecord job);
    }

    /** A store over another, with its watchers. */
    public WatchedJobStore(JobStore store, List<Watcher> watchers) {
        this.store = store;
        this.watchers = List.copyOf(watchers);
    }

    @Override
    public boolean outlivesProcess() {
        return store.outlivesProcess();
    }

    @Override
    public Creation create(JobRecord job, int mostOfOwner) {
        Creation creation = store.create(job, mostOfOwner);
        if (creation instanceof Creation.Created) {
            watchers.forEach(watcher -> tell(() -> watcher.accepted(job)));
        }
        return creation;
    }

    @Override
    public Optional<JobRecord> find(String jobId) {
        return store.find(jobId);
    }

    @Override
    public boolean compareAndSet(long expectedRevision, JobRecord next) {
        boolean done = store.compareAndSet(expectedRevision, next);
        // Nothing leads out of a terminal state, so this is its only arrival there.
        if (done && next.state().terminal()) {
            watchers.forEach(watcher -> tell(() -> watcher.ended(next)));
        }
        return done;
    }

    @Override
    public Page list(Query query) {
        return store.list(query);
    }

    @Override
    public List<String> removeEnded(Instant endedBefore, int keep, long bytes) {
        return store.removeEnded(endedBefore, keep, bytes);
    }

    @Override
    public List<JobRecord> toNote(Noting who, int limit) {
        return store.toNote(who, limit);
    }

    @Override
    public void markNoted(Noting who, Collection<String> jobIds) {
        store.markNoted(who, jobIds);
    }

    @Override
    public Optional<Claimed> claim(String worker, ServedModels models, Duration lease) {
        return store.claim(worker, models, lease);
    }

    @Override
    public Map<Claim, Hold> keep(Collection<Claim> claims, Duration lease) {
        return store.keep(claims, lease);
    }

    @Override
    public boolean release(Claim claim) {
        return store.release(claim);
    }

    @Override
    public Optional<Place> place(String jobId) {
        return store.place(jobId);
    }

    @Override
    public Depth depth() {
        return store.depth();
    }

    @Override
    public List<ModelDepth> depthByModel() {
        return store.depthByModel();
    }

    @Override
    public List<String> overdue() {
        return store.overdue();
    }

    private static void tell(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException e) {
            LOG.warn("a watcher of jobs failed", e);
        }
    }
}
