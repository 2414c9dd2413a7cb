package dev.pathline.common.inprocess;

import dev.pathline.common.job.Idempotency;
import dev.pathline.common.job.JobRecord;
import dev.pathline.common.port.JobStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** Jobs in memory, ordered by id and so by creation. Bounded by whoever calls {@link #removeEnded}. */
public final class InProcessJobStore implements JobStore {

    private final NavigableMap<String, JobRecord> jobs = new TreeMap<>();
    private final Map<String, String> idsByKey = new HashMap<>();

    /** An empty store. */
    public InProcessJobStore() {}

    @Override
    public synchronized Creation create(JobRecord job) {
        Idempotency idempotency = job.idempotency();
        if (idempotency != null) {
            JobRecord existing = jobs.get(idsByKey.getOrDefault(idempotency.key(), ""));
            if (existing != null) {
                return new Creation.Existing(existing);
            }
        }
        if (jobs.putIfAbsent(job.id(), job) != null) {
            throw new IllegalStateException("job id " + job.id() + " is taken");
        }
        if (idempotency != null) {
            idsByKey.put(idempotency.key(), job.id());
        }
        return new Creation.Created();
    }

    @Override
    public synchronized Optional<JobRecord> find(String jobId) {
        return Optional.ofNullable(jobs.get(jobId));
    }

    @Override
    public synchronized boolean compareAndSet(long expectedRevision, JobRecord next) {
        JobRecord stored = jobs.get(next.id());
        if (stored == null || stored.revision() != expectedRevision) {
            return false;
        }
        jobs.put(next.id(), next);
        return true;
    }

    @Override
    public synchronized Page list(Query query) {
        NavigableMap<String, JobRecord> newestFirst = jobs.descendingMap();
        String cursor = query.cursor();
        if (cursor != null) {
            newestFirst = newestFirst.tailMap(cursor, false);
        }
        List<JobRecord> page = new ArrayList<>();
        for (JobRecord job : newestFirst.values()) {
            if (!matches(job, query)) {
                continue;
            }
            if (page.size() == query.limit()) {
                return new Page(List.copyOf(page), page.getLast().id());
            }
            page.add(job);
        }
        return new Page(List.copyOf(page), null);
    }

    @Override
    public synchronized boolean remove(String jobId) {
        JobRecord removed = jobs.remove(jobId);
        if (removed == null) {
            return false;
        }
        if (removed.idempotency() != null) {
            idsByKey.remove(removed.idempotency().key(), jobId);
        }
        return true;
    }

    @Override
    public synchronized List<String> removeEnded(Instant endedBefore, int keep) {
        List<JobRecord> ended = jobs.values().stream().filter(job -> job.state().terminal())
                .sorted(Comparator.comparing(InProcessJobStore::end).reversed()).toList();
        List<String> removed = new ArrayList<>();
        for (int i = 0; i < ended.size(); i++) {
            if (i >= keep || end(ended.get(i)).isBefore(endedBefore)) {
                removed.add(ended.get(i).id());
            }
        }
        removed.forEach(this::remove);
        return List.copyOf(removed);
    }

    private static Instant end(JobRecord job) {
        Instant finished = job.times().finishedAt();
        return finished == null ? job.times().createdAt() : finished;
    }

    private static boolean matches(JobRecord job, Query query) {
        String model = query.model();
        return (query.state() == null || job.state() == query.state())
                && (model == null || job.request().isOf(model));
    }
}
