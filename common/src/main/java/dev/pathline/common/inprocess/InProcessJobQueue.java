package dev.pathline.common.inprocess;

import dev.pathline.common.port.JobQueue;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
    /** In order; a job that comes back is put before all others, see {@link #putFirst}. */
    private final Map<String, Waiting> waiting = new LinkedHashMap<>();
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
            Place place = new Place(waiting.size() + 1, measure().rows());
            waiting.put(entry.jobId(), new Waiting(entry, 1));
            work.signal();
            return new Offer.Accepted(place);
        });
    }

    @Override
    public Optional<Claim> claim(String worker, Duration lease, Duration wait) throws InterruptedException {
        long end = System.nanoTime() + wait.toNanos();
        lock.lockInterruptibly();
        try {
            while (true) {
                redeliver();
                Iterator<Waiting> next = waiting.values().iterator();
                if (next.hasNext()) {
                    Waiting taken = next.next();
                    next.remove();
                    Claim claim = new Claim(taken.entry(), taken.attempt(), worker, clock.instant().plus(lease));
                    leases.put(claim.jobId(), new Lease(claim, claim.leaseUntil(), false));
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
            leases.put(claim.jobId(), new Lease(claim, clock.instant().plus(lease), held.cancelled()));
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
                putFirst(List.of(claim));
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
                return waiting.remove(jobId) != null;
            }
            leases.put(jobId, new Lease(lease.claim(), lease.until(), true));
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
            long rows = leases.values().stream().mapToLong(lease -> lease.claim().entry().rows()).sum();
            int position = 1;
            for (Waiting candidate : waiting.values()) {
                if (candidate.entry().jobId().equals(jobId)) {
                    return Optional.of(new Place(position, rows));
                }
                position++;
                rows += candidate.entry().rows();
            }
            return Optional.empty();
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
        long rows = leases.values().stream().mapToLong(lease -> lease.claim().entry().rows()).sum()
                + waiting.values().stream().mapToLong(job -> job.entry().rows()).sum();
        return new Depth(waiting.size(), leases.size(), rows, capacity);
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
        if (!lost.isEmpty()) {
            lost.sort((a, b) -> a.jobId().compareTo(b.jobId()));
            putFirst(lost);
        }
    }

    /** Redelivery may exceed the capacity: these jobs were accepted once, and nobody is left to refuse. */
    private void putFirst(Collection<Claim> claims) {
        Map<String, Waiting> rest = new LinkedHashMap<>(waiting);
        waiting.clear();
        for (Claim claim : claims) {
            waiting.put(claim.jobId(), new Waiting(claim.entry(), claim.attempt() + 1));
        }
        waiting.putAll(rest);
        work.signalAll();
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

    /** A waiting job and the number its next claim will have. */
    private record Waiting(QueueEntry entry, int attempt) {}

    /** A claim as it stands now. */
    private record Lease(Claim claim, Instant until, boolean cancelled) {}
}
