package dev.pathline.common.inprocess;

import dev.pathline.common.port.JobDispatch;
import dev.pathline.common.port.JobNotice;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/**
 * Notices in memory, under one lock: its operations are a few map accesses, and jobs come by the second, not by the
 * microsecond. Deliveries whose time has run out are found whenever someone looks, there is no timer.
 */
public final class InProcessJobDispatch implements JobDispatch {

    private static final Comparator<JobNotice> ORDER = Comparator.comparing(JobNotice::turn)
            .thenComparing(JobNotice::jobId);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private final Clock clock;
    private final Duration patience;
    private final Map<String, JobNotice> waiting = new HashMap<>();
    private final NavigableSet<JobNotice> order = new TreeSet<>(ORDER);
    private final Map<String, Delivered> delivered = new HashMap<>();
    private final Sinks.Many<String> ended = Sinks.many().multicast().directBestEffort();
    private long deliveries;

    /**
     * No notices.
     *
     * @param patience how long a delivered notice is hidden
     * @param clock by which that time runs
     */
    public InProcessJobDispatch(Duration patience, Clock clock) {
        this.patience = patience;
        this.clock = clock;
    }

    @Override
    public void publish(JobNotice notice) {
        locked(() -> {
            redeliver();
            if (!waiting.containsKey(notice.jobId()) && !delivered.containsKey(notice.jobId())) {
                add(notice);
            }
        });
    }

    @Override
    public Optional<Delivery> next(Duration wait) throws InterruptedException {
        long end = System.nanoTime() + wait.toNanos();
        lock.lockInterruptibly();
        try {
            while (true) {
                redeliver();
                JobNotice first = order.pollFirst();
                if (first != null) {
                    waiting.remove(first.jobId());
                    var delivery = new Delivery(first.jobId(), Long.toString(++deliveries));
                    delivered.put(first.jobId(), new Delivered(first, delivery, clock.instant().plus(patience)));
                    return Optional.of(delivery);
                }
                long left = end - System.nanoTime();
                if (left <= 0) {
                    return Optional.empty();
                }
                work.awaitNanos(Math.min(left, untilNextRunsOut()));
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Duration patience() {
        return patience;
    }

    @Override
    public void extend(Delivery delivery) {
        delivered(delivery, was -> delivered.put(delivery.jobId(),
                new Delivered(was.notice(), delivery, clock.instant().plus(patience))));
    }

    @Override
    public void done(Delivery delivery) {
        delivered(delivery, was -> delivered.remove(delivery.jobId()));
    }

    @Override
    public void giveBack(Delivery delivery) {
        delivered(delivery, was -> {
            delivered.remove(delivery.jobId());
            add(was.notice());
        });
    }

    @Override
    public void withdraw(JobNotice notice) {
        locked(() -> {
            JobNotice removed = waiting.remove(notice.jobId());
            if (removed != null) {
                order.remove(removed);
            }
        });
    }

    @Override
    public void tellEnded(String jobId) {
        // Under the lock, so emissions never overlap; a subscriber without demand is skipped, it has heartbeats.
        locked(() -> ended.tryEmitNext(jobId));
    }

    @Override
    public Flux<String> ended() {
        return ended.asFlux().onBackpressureBuffer();
    }

    private void add(JobNotice notice) {
        waiting.put(notice.jobId(), notice);
        order.add(notice);
        work.signal();
    }

    private void delivered(Delivery delivery, Consumer<Delivered> action) {
        locked(() -> {
            redeliver();
            Delivered now = delivered.get(delivery.jobId());
            if (now != null && now.delivery().equals(delivery)) {
                action.accept(now);
            }
        });
    }

    private void redeliver() {
        Instant now = clock.instant();
        for (Iterator<Delivered> all = delivered.values().iterator(); all.hasNext();) {
            Delivered one = all.next();
            if (!one.until().isAfter(now)) {
                all.remove();
                add(one.notice());
            }
        }
    }

    private long untilNextRunsOut() {
        Instant now = clock.instant();
        return delivered.values().stream().mapToLong(one -> Duration.between(now, one.until()).toNanos()).min()
                .orElse(Long.MAX_VALUE);
    }

    private void locked(Runnable action) {
        lock.lock();
        try {
            action.run();
        } finally {
            lock.unlock();
        }
    }

    private record Delivered(JobNotice notice, Delivery delivery, Instant until) {}
}
