package dev.pathline.trainer.journal;

import dev.pathline.common.port.TrainingRuns.LoggedRunEvent;
import dev.pathline.common.replay.Replay;
import dev.pathline.common.wire.TrainingRunEvent;
import dev.pathline.trainer.life.RunFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/**
 * The events of one run, in memory and in a file. Both are bounded: when there are too many {@code progress} events,
 * every second one is forgotten; other events are kept.
 *
 * <p>A disk that refuses does not stop a run: the event is in memory then, and its position is not used twice as long as
 * this process lives. A disk that is slow does not stop readers: they are told an event after it was written, and need
 * the lock of what is in memory only. Who changes what is in memory has the file's lock, too, and takes it first.
 */
public final class RunJournal implements Replay.Log<LoggedRunEvent> {

    private static final Logger LOG = LoggerFactory.getLogger(RunJournal.class);
    /** Enough for a curve; at some 200 bytes each, a few hundred kilobytes. */
    private static final int MAX_PROGRESS = 2000;
    /** A file of that many lines more than there are events is written anew. */
    private static final int MAX_WASTE = 2 * MAX_PROGRESS;

    private final JournalFile file;
    private final TreeMap<Long, LoggedRunEvent> events = new TreeMap<>();
    private final Replay<LoggedRunEvent> readers = new Replay<>(this, LoggedRunEvent::position,
            Schedulers.parallel());
    private final Object memory = new Object();
    private int progress;
    private long lastPosition;
    private boolean deleted;

    private RunJournal(JournalFile file) {
        this.file = file;
    }

    /** Reads the journal of a run's folder, empty where there is none. */
    public static RunJournal open(Path folder) {
        return open(new JournalFile(folder.resolve(RunFiles.EVENTS)));
    }

    /** Reads a journal. */
    public static RunJournal open(JournalFile file) {
        var journal = new RunJournal(file);
        journal.refresh();
        return journal;
    }

    /** Appends an event and returns its position. */
    public long append(TrainingRunEvent event) {
        LoggedRunEvent logged;
        synchronized (file) {
            logged = new LoggedRunEvent(lastPosition + 1, event);
            try {
                write(logged);
            } catch (IOException e) {
                LOG.warn("event {} of {} is not on disk: {}", logged.position(), file, e.getMessage());
            }
            synchronized (memory) {
                take(logged);
            }
        }
        readers.wake();
        return logged.position();
    }

    private void write(LoggedRunEvent logged) throws IOException {
        if (file.lines() > events.size() + MAX_WASTE) {
            var all = new ArrayList<>(events.values());
            all.add(logged);
            file.replace(all);
        } else {
            file.append(logged);
        }
    }

    /** Takes up what another process has appended to the file. */
    public void refresh() {
        try {
            synchronized (file) {
                var found = new ArrayList<LoggedRunEvent>();
                boolean anew = file.readNew(found::add);
                synchronized (memory) {
                    if (anew) {
                        events.clear();
                        progress = 0;
                    }
                    found.forEach(this::take);
                }
            }
        } catch (IOException e) {
            LOG.warn("{} cannot be read: {}", file, e.getMessage());
        }
        readers.wake();
    }

    /** The events after a position, then those to come, up to the terminal one. */
    public Flux<LoggedRunEvent> read(long after) {
        return readers.read(after);
    }

    /** The last event, or null before the first. */
    @Nullable
    public TrainingRunEvent last() {
        synchronized (memory) {
            Map.Entry<Long, LoggedRunEvent> last = events.lastEntry();
            return last == null ? null : last.getValue().event();
        }
    }

    /** The run is deleted: its readers complete. */
    public void delete() {
        synchronized (memory) {
            deleted = true;
        }
        readers.wake();
    }

    @Override
    public @Nullable LoggedRunEvent next(long after) {
        synchronized (memory) {
            Map.Entry<Long, LoggedRunEvent> entry = events.higherEntry(after);
            return entry == null ? null : entry.getValue();
        }
    }

    @Override
    public boolean endsAt(long position) {
        synchronized (memory) {
            TrainingRunEvent last = last();
            return deleted || (last != null && last.terminal() && position >= lastPosition);
        }
    }

    private void take(LoggedRunEvent logged) {
        events.put(logged.position(), logged);
        lastPosition = Math.max(lastPosition, logged.position());
        if (logged.event() instanceof TrainingRunEvent.Progress && ++progress > MAX_PROGRESS) {
            thinOut();
        }
    }

    private void thinOut() {
        var forgotten = new ArrayList<Long>();
        boolean second = false;
        for (LoggedRunEvent logged : events.values()) {
            if (logged.event() instanceof TrainingRunEvent.Progress) {
                if (second) {
                    forgotten.add(logged.position());
                }
                second = !second;
            }
        }
        forgotten.forEach(events::remove);
        progress -= forgotten.size();
    }
}
