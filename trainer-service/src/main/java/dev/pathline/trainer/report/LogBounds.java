package dev.pathline.trainer.report;

import dev.pathline.trainer.report.RunHistory.Event;
import dev.pathline.trainer.report.RunHistory.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Keeps a log from growing without end. */
final class LogBounds {

    private static final int POINTS = 4000;
    private static final int UNTOUCHED = 500;

    /** How many of the newest events of a kind are kept. A run has few starts and many snapshots. */
    private static final int EVENTS = 300;

    private final int points;
    private final int untouched;
    private long lines = -1;
    private long nextLook;

    /**
     * @param points more reports than this are put together to at most half as many and the untouched ones
     * @param untouched how many of the newest reports stay as they are
     */
    LogBounds(int points, int untouched) {
        this.points = points;
        this.untouched = untouched;
    }

    /** The bounds of a real run. */
    static LogBounds usual() {
        return new LogBounds(POINTS, UNTOUCHED);
    }

    int points() {
        return points;
    }

    /**
     * Puts old reports together if there are too many.
     *
     * @param run the run's folder
     * @param file its log, to which a line has just been appended
     * @throws IOException if the log cannot be read or written; it is as it was
     */
    void keep(Path run, LogFile file) throws IOException {
        if (lines < 0) {
            lines = LogFile.lines(run.resolve(RunLog.FILE)).size();
        } else {
            lines++;
        }
        if (lines <= Math.max(points, nextLook)) {
            return;
        }
        // Events are lines too, and the disk may refuse: the next look is some lines away, whatever this one finds.
        nextLook = lines + points / 8;
        List<String> kept = thinned(RunHistory.read(run)).stream().map(LogJson::write).toList();
        file.replace(kept);
        lines = kept.size();
        nextLook = lines + points / 8;
    }

    /** What is kept of a history, in the order of time. */
    private List<LogLine> thinned(RunHistory history) {
        var kept = new ArrayList<LogLine>();
        Map<Kind, Integer> seen = new EnumMap<>(Kind.class);
        for (Event event : history.events().reversed()) {
            if (seen.merge(event.kind(), 1, Integer::sum) <= EVENTS) {
                kept.addFirst(event);
            }
        }
        List<ProgressPoint> all = history.points();
        int old = Math.max(0, all.size() - untouched);
        // Points stand before events: only the order among their own kind means something.
        kept.addAll(0, all.subList(old, all.size()));
        kept.addAll(0, ProgressPoint.reduced(all.subList(0, old), points / 2));
        return kept;
    }
}
