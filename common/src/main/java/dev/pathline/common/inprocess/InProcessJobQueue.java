package dev.pathline.common.inprocess;

import dev.pathline.common.port.JobQueue;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/**
 * A queue in memory, under one lock: its operations are a few map accesses, and jobs come by the second, not by the
 * microsecond. Ended leases are found whenever someone looks, there is no timer.
 */
public final class InProcessJobQueue implements JobQueue {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private final Clock clock;
    private final int capacity;
    private final Map<String, Waiting> waiting = new HashMap<>();
    private final NavigableSet<Waiting> order = new TreeSet<>();
    private long arrivals;
    private final Map<String, Lease> leases = new HashMap<>();
    private final Sinks.Many<String> cancelled = Sinks.many().multicast().directBestEffort();

    /**
     * An empty queue.
     *
     * @param capacity how many jobs may wait, at least 1; claimed ones do not count
     */
    public InProcessJobQueue(int capacity, Clock clock) {
        if (capacity < 1) {
            throw new IllegalArgumentException("capacity must be at least 1 but is " + capacity);
        }
        this.capacity = capacity;
        this.clock = clock;
    }

    @Override
    public Offer offer(QueueEntry entry) {
        return locked(() -> {
            if (waiting.containsKey(entry.jobId()) || leases.containsKey(entry.jobId())) {
                throw new IllegalStateException("job " + entry.jobId() + " is already in the queue");
            }
            if (waiting.size() >= capacity) {
                return new Offer.Full(measure());
            }
            Waiting added = arriving(entry);
            arrivals++;
            add(added);
            return new Offer.Accepted(placeOf(added));
        });
    }

    private Waiting arriving(QueueEntry entry) {
        return new Waiting(entry, 1, clock.instant().plus(entry.priority().patience()), arrivals);
    }

    @Override
    public Place expectedPlace(QueueEntry entry) {
        return locked(() -> {
            redeliver();
            return placeOf(arriving(entry));
        });
    }

    @Override
    public Optional<Claim> claim(String worker, Duration lease, Duration wait) throws InterruptedException {
        long end = System.nanoTime() + wait.toNanos();
        lock.lockInterruptibly();
        try {
            while (true) {
                redeliver();
                Waiting taken = order.pollFirst();
                if (taken != null) {
                    waiting.remove(taken.entry().jobId());
                    Claim claim = new Claim(taken.entry(), taken.attempt(), worker, clock.instant().plus(lease));
                    leases.put(claim.jobId(), new Lease(claim, taken.turn(), claim.leaseUntil(), false));
                    return Optional.of(claim);
                }
                long left = end - System.nanoTime();
                if (left <= 0) {
                    return Optional.empty();
                }
                work.awaitNanos(Math.min(left, untilNextLeaseEnds()));
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Hold heartbeat(Claim claim, Duration lease) {
        return locked(() -> {
            redeliver();
            Lease held = held(claim);
            if (held == null) {
                return Hold.LOST;
            }
            leases.put(claim.jobId(), new Lease(claim, held.turn(), clock.instant().plus(lease), held.cancelled()));
            return held.cancelled() ? Hold.CANCELLED : Hold.HELD;
        });
    }

    @Override
    public boolean ack(Claim claim) {
        return locked(() -> {
            redeliver();
            return held(claim) != null && leases.remove(claim.jobId()) != null;
        });
    }

    @Override
    public boolean release(Claim claim) {
        return locked(() -> {
            redeliver();
            Lease held = held(claim);
            if (held == null) {
                return false;
            }
            leases.remove(claim.jobId());
            if (!held.cancelled()) {
                putFirst(claim);
            }
            return true;
        });
    }

    @Override
    public boolean cancel(String jobId) {
        return locked(() -> {
            redeliver();
            Lease lease = leases.get(jobId);
            if (lease == null) {
                Waiting removed = waiting.remove(jobId);
                return removed != null && order.remove(removed);
            }
            leases.put(jobId, new Lease(lease.claim(), lease.turn(), lease.until(), true));
            // Under the lock, so emissions never overlap; a subscriber without demand is skipped, it has heartbeats.
            cancelled.tryEmitNext(jobId);
            return true;
        });
    }

    @Override
    public Flux<String> cancellations() {
        return cancelled.asFlux().onBackpressureBuffer();
    }

    @Override
    public Optional<Place> place(String jobId) {
        return locked(() -> {
            redeliver();
            return Optional.ofNullable(waiting.get(jobId)).map(this::placeOf);
        });
    }

    private Place placeOf(Waiting job) {
        NavigableSet<Waiting> before = order.headSet(job, false);
        long claimed = leases.values().stream().filter(lease -> !lease.turn().isAfter(job.turn()))
                .mapToLong(lease -> lease.claim().entry().rows()).sum();
        return new Place(before.size() + 1, claimed + rows(before));
    }

    @Override
    public List<String> overdue() {
        return locked(() -> {
            redeliver();
            Instant now = clock.instant();
            return waiting.values().stream().map(Waiting::entry)
                    .filter(entry -> entry.claimBy() != null && !now.isBefore(entry.claimBy()))
                    .map(QueueEntry::jobId).toList();
        });
    }

    @Override
    public Depth depth() {
        return locked(() -> {
            redeliver();
            return measure();
        });
    }

    private Depth measure() {
        long claimed = leases.values().stream().mapToLong(lease -> lease.claim().entry().rows()).sum();
        return new Depth(waiting.size(), leases.size(), claimed + rows(order), capacity);
    }

    private static long rows(Collection<Waiting> jobs) {
        return jobs.stream().mapToLong(job -> job.entry().rows()).sum();
    }

    private void add(Waiting job) {
        waiting.put(job.entry().jobId(), job);
        order.add(job);
        work.signal();
    }

    private @Nullable Lease held(Claim claim) {
        Lease lease = leases.get(claim.jobId());
        return lease != null && lease.claim().attempt() == claim.attempt() ? lease : null;
    }

    private void redeliver() {
        Instant now = clock.instant();
        List<Claim> lost = new ArrayList<>();
        for (Iterator<Lease> all = leases.values().iterator(); all.hasNext();) {
            Lease lease = all.next();
            if (!lease.until().isAfter(now)) {
                all.remove();
                if (!lease.cancelled()) {
                    lost.add(lease.claim());
                }
            }
        }
        lost.sort(Comparator.comparing(Claim::jobId));
        lost.forEach(this::putFirst);
    }

    /** Redelivery may exceed the capacity: these jobs were accepted once, and nobody is left to refuse. */
    private void putFirst(Claim claim) {
        add(new Waiting(claim.entry(), claim.attempt() + 1, Instant.MIN, arrivals++));
    }

    private long untilNextLeaseEnds() {
        Instant now = clock.instant();
        return leases.values().stream().mapToLong(lease -> Duration.between(now, lease.until()).toNanos()).min()
                .orElse(Long.MAX_VALUE);
    }

    private <T> T locked(Supplier<T> action) {
        lock.lock();
        try {
            return action.get();
        } finally {
            lock.unlock();
        }
    }

    /**
     * A waiting job.
     *
     * @param attempt the number that its next claim will have
     * @param turn when it counts as come; first of all if it comes back
     * @param arrival what decides between two of the same moment
     */
    private record Waiting(QueueEntry entry, int attempt, Instant turn, long arrival) implements Comparable<Waiting> {

        private static final Comparator<Waiting> ORDER = Comparator.comparing(Waiting::turn)
                .thenComparingLong(Waiting::arrival);

        @Override
        public int compareTo(Waiting other) {
            return ORDER.compare(this, other);
        }
    }

    /** A claim as it stands now. */
    private record Lease(Claim claim, Instant turn, Instant until, boolean cancelled) {}
}
