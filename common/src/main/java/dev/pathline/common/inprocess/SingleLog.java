package dev.pathline.common.inprocess;

import dev.pathline.common.port.EventLog;
import dev.pathline.common.port.EventLog.LoggedEvent;
import dev.pathline.common.replay.Replay;
import dev.pathline.common.wire.JobEvent;
import dev.pathline.common.wire.StepImage;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;

/** The log of one job: its events by position, and who reads them. */
final class SingleLog implements Replay.Log<LoggedEvent> {

    /** What a step event is taken to cost beside its previews. */
    private static final int STEP_OVERHEAD = 128;
    /** More events than any process appends to a log. */
    private static final long LOST = 1L << 32;

    private final TreeMap<Long, JobEvent> events = new TreeMap<>();
    private final Replay<LoggedEvent> readers;
    private final long maxBytes;
    private long lastPosition;
    private long bytes;
    private int newestAttempt;
    private JobEvent.@Nullable Step newestStep;
    private int watchers;
    private boolean closed;

    SingleLog(long maxBytes, Scheduler scheduler) {
        this.maxBytes = maxBytes;
        this.readers = new Replay<>(this, LoggedEvent::position, scheduler);
    }

    /** Takes what was kept of an earlier process's log; what that has lost had positions, too, which are not used again. */
    synchronized void restore(List<KeptEvent> kept) {
        for (KeptEvent one : kept) {
            events.put(one.position(), one.event());
            newestAttempt = Math.max(newestAttempt, one.attempt());
            lastPosition = one.position();
            closed = one.event().terminal();
        }
        if (!closed) {
            lastPosition += LOST;
        }
    }

    OptionalLong append(int attempt, JobEvent event) {
        long position;
        synchronized (this) {
            if (closed || (attempt != EventLog.NO_ATTEMPT && attempt < newestAttempt)) {
                return OptionalLong.empty();
            }
            newestAttempt = Math.max(newestAttempt, attempt);
            closed = event.terminal();
            position = ++lastPosition;
            events.put(position, event);
            if (event instanceof JobEvent.Step step) {
                newestStep = step.withoutImages();
            } else if (event instanceof JobEvent.Started) {
                newestStep = null;
            }
            bytes += size(event);
            // The newest preview stays, however large: it is what a watcher wants to see.
            while (bytes > maxBytes && dropOldestStep(position)) {
                // one less
            }
        }
        readers.wake();
        return OptionalLong.of(position);
    }

    @Override
    public synchronized @Nullable LoggedEvent next(long after) {
        Map.Entry<Long, JobEvent> entry = events.higherEntry(after);
        return entry == null ? null : new LoggedEvent(entry.getKey(), entry.getValue());
    }

    @Override
    public synchronized boolean endsAt(long position) {
        return closed && position >= lastPosition;
    }

    synchronized Optional<JobEvent.Step> newestStep() {
        return Optional.ofNullable(newestStep);
    }

    /** Somebody is about to read, or has read. */
    synchronized void watch(int change) {
        watchers += change;
    }

    /** Returns whether nothing was ever appended, and nobody waits for it. */
    synchronized boolean isIdle() {
        return lastPosition == 0 && watchers == 0;
    }

    synchronized long bytes() {
        return bytes;
    }

    synchronized void dropSteps() {
        while (dropOldestStep(Long.MAX_VALUE)) {
            // one less
        }
    }

    void close() {
        synchronized (this) {
            closed = true;
            lastPosition = 0;
        }
        readers.wake();
    }

    Flux<LoggedEvent> read(long after) {
        return readers.read(after);
    }

    private boolean dropOldestStep(long exceptPosition) {
        for (Map.Entry<Long, JobEvent> entry : events.entrySet()) {
            if (entry.getValue() instanceof JobEvent.Step && entry.getKey() != exceptPosition) {
                bytes -= size(entry.getValue());
                events.remove(entry.getKey());
                return true;
            }
        }
        return false;
    }

    private static long size(JobEvent event) {
        return event instanceof JobEvent.Step step
                ? STEP_OVERHEAD + step.images().stream().mapToLong(StepImage::length).sum()
                : 0;
    }
}
