package dev.pathline.common.inprocess;

import dev.pathline.common.experiment.ArmOf;
import dev.pathline.common.job.Idempotency;
import dev.pathline.common.job.JobIds;
import dev.pathline.common.job.JobRecord;
import dev.pathline.common.port.JobStore;
import dev.pathline.common.port.ServedModels;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Jobs in memory, ordered by id and so by creation. Bounded by its capacity and by whoever calls {@link #removeEnded}. Ended
 * leases are found whenever someone looks, there is no timer.
 */
public final class InProcessJobStore implements JobStore {

    private final NavigableMap<String, JobRecord> jobs = new TreeMap<>();
    private final Map<String, String> idsByKey = new HashMap<>();
    private final Map<String, Unended> unended = new HashMap<>();
    /** Ended jobs of which somebody does not know that yet. */
    private final Map<Noting, Set<String>> unnoted = new EnumMap<>(Noting.class);
    private final Clock clock;
    private final int capacity;

    /**
     * An empty store.
     *
     * @param capacity how many jobs may wait, at least 1
     * @param clock by which leases end
     */
    public InProcessJobStore(int capacity, Clock clock) {
        if (capacity < 1) {
            throw new IllegalArgumentException("capacity must be at least 1 but is " + capacity);
        }
        this.capacity = capacity;
        this.clock = clock;
        for (Noting who : Noting.values()) {
            unnoted.put(who, new LinkedHashSet<>());
        }
    }

    @Override
    public synchronized Creation create(JobRecord job, int mostOfOwner) {
        Idempotency idempotency = job.idempotency();
        if (idempotency != null) {
            JobRecord existing = jobs.get(idsByKey.getOrDefault(idempotency.key(), ""));
            if (existing != null) {
                return new Creation.Existing(existing);
            }
        }
        if (jobs.containsKey(job.id())) {
            throw new IllegalStateException("job id " + job.id() + " is taken");
        }
        Depth depth = depth();
        if (depth.waiting() >= capacity) {
            return new Creation.Full(depth);
        }
        if (job.owner() != null) {
            int own = (int) unended.values().stream().filter(other -> job.owner().equals(other.owner())).count();
            if (own >= mostOfOwner) {
                return new Creation.Crowded(own);
            }
        }
        jobs.put(job.id(), job);
        if (idempotency != null) {
            idsByKey.put(idempotency.key(), job.id());
        }
        var added = new Unended(job.id(), job.owner(), job.request().modelReference(), job.turn(),
                job.request().rows(), 0, null);
        unended.put(job.id(), added);
        return new Creation.Created(placeOf(added));
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
        if (next.state().terminal()) {
            unended.remove(next.id());
            unnoted.forEach((who, ids) -> {
                if (who.concerns(next)) {
                    ids.add(next.id());
                }
            });
        }
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
    public synchronized List<String> removeEnded(Instant endedBefore, int keep, long bytes) {
        List<JobRecord> ended = jobs.values().stream()
                .filter(job -> job.state().terminal()
                        && unnoted.values().stream().noneMatch(ids -> ids.contains(job.id())))
                .sorted(Comparator.comparing(InProcessJobStore::end).thenComparing(JobRecord::id).reversed()).toList();
        List<String> removed = new ArrayList<>();
        long sum = 0;
        for (int i = 0; i < ended.size(); i++) {
            JobRecord job = ended.get(i);
            sum += job.result() == null ? 0 : job.result().bytes();
            if (i >= keep || sum > bytes || end(job).isBefore(endedBefore)) {
                jobs.remove(job.id());
                if (job.idempotency() != null) {
                    idsByKey.remove(job.idempotency().key(), job.id());
                }
                removed.add(job.id());
            }
        }
        return List.copyOf(removed);
    }

    @Override
    public synchronized List<JobRecord> toNote(Noting who, int limit) {
        return unnoted(who).stream().limit(limit).map(jobs::get).filter(Objects::nonNull).toList();
    }

    @Override
    public synchronized void markNoted(Noting who, Collection<String> jobIds) {
        unnoted(who).removeAll(Set.copyOf(jobIds));
    }

    private Set<String> unnoted(Noting who) {
        return Objects.requireNonNull(unnoted.get(who));
    }

    @Override
    public synchronized Optional<Claimed> claim(String worker, ServedModels models, Duration lease) {
        return waiting().filter(job -> models.serves(job.model())).min(Comparator.naturalOrder()).map(job -> {
            var claim = new Claim(job.id(), job.claims() + 1, worker);
            unended.put(job.id(), job.heldUntil(claim.attempt(), clock.instant().plus(lease)));
            return new Claimed(claim, Objects.requireNonNull(jobs.get(job.id())));
        });
    }

    @Override
    public synchronized Map<Claim, Hold> keep(Collection<Claim> claims, Duration lease) {
        var holds = new HashMap<Claim, Hold>();
        for (Claim claim : claims) {
            Unended job = unended.get(claim.jobId());
            if (job == null) {
                holds.put(claim, Hold.ENDED);
            } else if (holds(job, claim)) {
                unended.put(claim.jobId(), job.heldUntil(claim.attempt(), clock.instant().plus(lease)));
                holds.put(claim, Hold.HELD);
            } else {
                holds.put(claim, Hold.LOST);
            }
        }
        return Map.copyOf(holds);
    }

    @Override
    public synchronized boolean release(Claim claim) {
        Unended job = unended.get(claim.jobId());
        if (job == null || !holds(job, claim)) {
            return false;
        }
        unended.put(claim.jobId(), job.heldUntil(claim.attempt(), null));
        return true;
    }

    private boolean holds(Unended job, Claim claim) {
        return job.claims() == claim.attempt() && job.isHeld(clock.instant());
    }

    @Override
    public synchronized Optional<Place> place(String jobId) {
        return Optional.ofNullable(unended.get(jobId)).filter(job -> !job.isHeld(clock.instant())).map(this::placeOf);
    }

    private Place placeOf(Unended job) {
        Instant now = clock.instant();
        int position = 1;
        long rows = 0;
        for (Unended other : unended.values()) {
            if (other.compareTo(job) < 0) {
                position += other.isHeld(now) ? 0 : 1;
                rows += other.rows();
            }
        }
        return new Place(position, rows);
    }

    @Override
    public synchronized Depth depth() {
        int waiting = (int) waiting().count();
        return new Depth(waiting, unended.size() - waiting, unended.values().stream().mapToLong(Unended::rows).sum(),
                capacity);
    }

    @Override
    public synchronized List<ModelDepth> depthByModel() {
        Instant now = clock.instant();
        var depths = new TreeMap<String, ModelDepth>();
        for (Unended job : unended.values()) {
            int held = job.isHeld(now) ? 1 : 0;
            depths.merge(job.model(), new ModelDepth(job.model(), 1 - held, held), (a, b) -> new ModelDepth(a.model(),
                    a.waiting() + b.waiting(), a.held() + b.held()));
        }
        return List.copyOf(depths.values());
    }

    @Override
    public synchronized List<String> overdue() {
        Instant now = clock.instant();
        return waiting().map(Unended::id).filter(id -> {
            JobRecord job = jobs.get(id);
            Instant by = job == null ? null : job.request().terms().startBy(job.times().createdAt());
            return by != null && !now.isBefore(by);
        }).toList();
    }

    private Stream<Unended> waiting() {
        Instant now = clock.instant();
        return unended.values().stream().filter(job -> !job.isHeld(now));
    }

    private static Instant end(JobRecord job) {
        Instant finished = job.times().finishedAt();
        return finished == null ? job.times().createdAt() : finished;
    }

    private static boolean isOf(JobRecord job, String experiment) {
        ArmOf arm = job.request().arm();
        return arm != null && (arm.experiment().equals(experiment) || arm.experimentReference().equals(experiment));
    }

    private static boolean matches(JobRecord job, Query query) {
        String model = query.model();
        return (query.state() == null || job.state() == query.state())
                && (model == null || job.request().isOf(model))
                && (query.experiment() == null || isOf(job, query.experiment()))
                && (query.owner() == null || query.owner().equals(job.owner()))
                && job.request().metadata().entrySet().containsAll(query.metadata().entrySet())
                && (query.since() == null || job.id().compareTo(JobIds.firstOf(query.since())) >= 0)
                && (query.before() == null || job.id().compareTo(JobIds.firstOf(query.before())) < 0);
    }

    /**
     * A job that has not ended.
     *
     * @param owner the API key that made it
     * @param model {@code name@version}
     * @param turn when its turn is
     * @param claims how often it was claimed
     * @param until when its holder's lease ends, or null if it was never claimed or was given back
     */
    private record Unended(String id, @Nullable String owner, String model, Instant turn, long rows, int claims,
            @Nullable Instant until)
            implements
                Comparable<Unended> {

        private static final Comparator<Unended> ORDER = Comparator.comparing(Unended::turn)
                .thenComparing(Unended::id);

        boolean isHeld(Instant now) {
            return until != null && until.isAfter(now);
        }

        Unended heldUntil(int attempt, @Nullable Instant end) {
            return new Unended(id, owner, model, turn, rows, attempt, end);
        }

        @Override
        public int compareTo(Unended other) {
            return ORDER.compare(this, other);
        }
    }
}
