package dev.pathline.common.inprocess;

import dev.pathline.common.port.EventLog;
import dev.pathline.common.port.EventLog.LoggedEvent;
import dev.pathline.common.wire.JobEvent;
import dev.pathline.common.wire.StepImage;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** The log of one job: its events by position, and who reads them. */
final class SingleLog {

    /** What a step event is taken to cost beside its previews. */
    private static final int STEP_OVERHEAD = 128;

    private final TreeMap<Long, JobEvent> events = new TreeMap<>();
    private final List<LogReader> readers = new CopyOnWriteArrayList<>();
    private final long maxBytes;
    private long lastPosition;
    private long bytes;
    private int newestAttempt;
    private boolean closed;

    SingleLog(long maxBytes) {
        this.maxBytes = maxBytes;
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
            bytes += size(event);
            // The newest preview stays, however large: it is what a watcher wants to see.
            while (bytes > maxBytes && dropOldestStep(position)) {
                // one less
            }
        }
        readers.forEach(LogReader::wake);
        return OptionalLong.of(position);
    }

    /** The first event after a position, or null if there is none (yet). */
    synchronized @Nullable LoggedEvent next(long after) {
        Map.Entry<Long, JobEvent> entry = events.higherEntry(after);
        return entry == null ? null : new LoggedEvent(entry.getKey(), entry.getValue());
    }

    /** Whether nothing will be appended after this position. */
    synchronized boolean endsAt(long position) {
        return closed && position >= lastPosition;
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
        readers.forEach(LogReader::wake);
    }

    void add(LogReader reader) {
        readers.add(reader);
        reader.wake();
    }

    void remove(LogReader reader) {
        readers.remove(reader);
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
