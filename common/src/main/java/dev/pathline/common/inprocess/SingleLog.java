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

/**
 * What is known in this process of one job's log: its events by position, with a bounded number of bytes of previews, and who
 * reads them. Safe for use by many threads.
 */
public final class SingleLog implements Replay.Log<LoggedEvent> {

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

    /**
     * An empty log.
     *
     * @param maxBytes how many bytes of previews are kept; the oldest steps go first
     * @param scheduler runs the readers
     */
    public SingleLog(long maxBytes, Scheduler scheduler) {
        this.maxBytes = maxBytes;
        this.readers = new Replay<>(this, LoggedEvent::position, scheduler);
    }

    /** Takes what was kept of an earlier process's log; what that has lost had positions, too, which are not used again. */
    synchronized void restore(List<KeptEvent> kept) {
        kept.forEach(this::put);
        if (!closed) {
            lastPosition += LOST;
        }
    }

    /**
     * Takes events that another process has appended, in their order; one that is known, or comes after the end, changes
     * nothing. Readers see of them what is kept of all.
     */
    public void add(List<KeptEvent> others) {
        synchronized (this) {
            for (KeptEvent event : others) {
                if (!closed && event.position() > lastPosition) {
                    put(event);
                }
            }
        }
        readers.wake();
    }

    OptionalLong append(int attempt, JobEvent event) {
        long position;
        synchronized (this) {
            if (EventLog.refuses(closed, newestAttempt, attempt, event)) {
                return OptionalLong.empty();
            }
            position = lastPosition + 1;
            put(new KeptEvent(position, attempt, event));
        }
        readers.wake();
        return OptionalLong.of(position);
    }

    private void put(KeptEvent one) {
        JobEvent event = one.event();
        newestAttempt = Math.max(newestAttempt, one.attempt());
        closed = event.terminal();
        lastPosition = one.position();
        events.put(one.position(), event);
        if (event instanceof JobEvent.Step step) {
            newestStep = step.withoutImages();
        } else if (event instanceof JobEvent.Started) {
            newestStep = null;
        }
        bytes += size(event);
        // The newest preview stays, however large: it is what a watcher wants to see.
        while (bytes > maxBytes && dropOldestStep(one.position())) {
            // one less
        }
    }

    /** Returns the position of the newest event, 0 if there is none. */
    public synchronized long lastPosition() {
        return lastPosition;
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

    /** Ends the log, as one that is deleted; its readers complete. */
    public void close() {
        synchronized (this) {
            closed = true;
            lastPosition = 0;
        }
        readers.wake();
    }

    /** The events after a position, then those to come, up to the terminal one. */
    public Flux<LoggedEvent> read(long after) {
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
