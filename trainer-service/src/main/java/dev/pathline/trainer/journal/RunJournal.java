package dev.pathline.trainer.journal;

import dev.pathline.common.port.TrainingRuns.LoggedRunEvent;
import dev.pathline.common.replay.Replay;
import dev.pathline.common.report.RunHistory;
import dev.pathline.common.wire.TrainingRunEvent;
import dev.pathline.trainer.life.RunFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/**
 * The one log of a run, in memory and in a file: what clients are told, and what curves and report are drawn from. Both are
 * bounded ({@link JournalBounds}).
 *
 * <p>A disk that refuses does not stop a run: the event is in memory then, its position is not used twice as long as this
 * process lives, and it is written with the next event that the disk takes. A disk that is slow does not stop readers: they
 * are told an event after it was written, and need the lock of what is in memory only. Who changes what is in memory has the
 * file's lock, too, and takes it first.
 */
public final class RunJournal implements Replay.Log<LoggedRunEvent> {

    private static final Logger LOG = LoggerFactory.getLogger(RunJournal.class);

    private final JournalFile file;
    private final Clock clock;
    private final JournalBounds bounds;
    private final TreeMap<Long, JournalLine> lines = new TreeMap<>();
    private final Map<String, Integer> counts = new HashMap<>();
    private final Replay<LoggedRunEvent> readers = new Replay<>(this, LoggedRunEvent::position,
            Schedulers.parallel());
    private final Object memory = new Object();
    private long lastPosition;
    /** The last position that is on disk. */
    private long written;
    private boolean refused;
    /** The last step that was told of. */
    private long step;
    private boolean deleted;

    private RunJournal(JournalFile file, Clock clock, JournalBounds bounds) {
        this.file = file;
        this.clock = clock;
        this.bounds = bounds;
    }

    /** Reads the journal of a run's folder, empty where there is none. */
    public static RunJournal open(Path folder) {
        return open(folder, Clock.systemUTC());
    }

    /** Reads the journal of a run's folder, and takes the time of what happens from a clock. */
    public static RunJournal open(Path folder, Clock clock) {
        return open(new JournalFile(folder.resolve(RunFiles.EVENTS)), clock, JournalBounds.USUAL);
    }

    static RunJournal open(JournalFile file, Clock clock, JournalBounds bounds) {
        var journal = new RunJournal(file, clock, bounds);
        journal.refresh();
        return journal;
    }

    /** Appends an event and returns its position. */
    public long append(TrainingRunEvent event) {
        return append(event, "");
    }

    /**
     * Appends an event and returns its position.
     *
     * @param note more about it, for the report alone; may be empty
     */
    public long append(TrainingRunEvent event, String note) {
        JournalLine line;
        synchronized (file) {
            line = new JournalLine(lastPosition + 1, clock.instant(), JournalJson.since(event, step), event, note);
            try {
                write(line);
                written = line.position();
                refused = false;
            } catch (IOException e) {
                if (!refused) {
                    LOG.warn("{} waits until it can be written: {}", file, e.getMessage());
                }
                refused = true;
            }
            synchronized (memory) {
                take(line);
            }
        }
        readers.wake();
        return line.position();
    }

    private void write(JournalLine line) throws IOException {
        boolean anew = file.lines() > lines.size() + bounds.waste();
        var missing = new ArrayList<>(anew ? lines.values() : lines.tailMap(written, false).values());
        missing.add(line);
        if (anew) {
            file.replace(missing);
        } else {
            file.append(missing);
        }
    }

    /** Takes up what another process has appended to the file. */
    public void refresh() {
        try {
            synchronized (file) {
                var found = new ArrayList<String>();
                var anew = new boolean[1];
                file.readNew(() -> anew[0] = true, found::add);
                synchronized (memory) {
                    if (anew[0]) {
                        lines.clear();
                        counts.clear();
                        step = 0;
                    }
                    found.forEach(text -> JournalJson.read(text, step).ifPresent(line -> {
                        take(line);
                        written = Math.max(written, line.position());
                    }));
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

    /** Returns what has happened so far, for curves and a report. */
    public RunHistory history() {
        return JournalHistory.of(lines());
    }

    /** Returns what will have happened once an event is told. */
    public RunHistory history(TrainingRunEvent next, String note) {
        List<JournalLine> all = lines();
        synchronized (memory) {
            all.add(new JournalLine(lastPosition + 1, clock.instant(), JournalJson.since(next, step), next, note));
        }
        return JournalHistory.of(all);
    }

    private List<JournalLine> lines() {
        synchronized (memory) {
            return new ArrayList<>(lines.values());
        }
    }

    /** The last event, or null before the first. */
    @Nullable
    public TrainingRunEvent last() {
        synchronized (memory) {
            Map.Entry<Long, JournalLine> last = lines.lastEntry();
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
            Map.Entry<Long, JournalLine> entry = lines.higherEntry(after);
            return entry == null ? null : entry.getValue().logged();
        }
    }

    @Override
    public boolean endsAt(long position) {
        synchronized (memory) {
            TrainingRunEvent last = last();
            return deleted || (last != null && last.terminal() && position >= lastPosition);
        }
    }

    private void take(JournalLine line) {
        lines.put(line.position(), line);
        lastPosition = Math.max(lastPosition, line.position());
        step = switch (line.event()) {
            case TrainingRunEvent.Progress progress -> progress.step();
            case TrainingRunEvent.Started started -> started.step();
            case TrainingRunEvent.SteppedBack back -> back.step();
            default -> step;
        };
        counts.merge(line.event().type(), 1, Integer::sum);
        if (bounds.exceededBy(counts)) {
            List<JournalLine> kept = bounds.kept(lines.values());
            lines.clear();
            counts.clear();
            kept.forEach(old -> {
                lines.put(old.position(), old);
                counts.merge(old.event().type(), 1, Integer::sum);
            });
        }
    }
}
