package dev.pathline.trainer.journal;

import dev.pathline.common.report.ProgressPoint;
import dev.pathline.common.wire.TrainingRunEvent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Keeps a run's log from growing without end.
 *
 * @param reports more reports of progress than this are put together to means over equal shares of the steps, at most half
 *        as many, but for the first and the newest
 * @param newest how many of the newest reports stay as they are
 * @param others how many of the newest events of any other type are kept
 */
record JournalBounds(int reports, int newest, int others) {

    /** Enough for a curve. A run has few starts and many snapshots. */
    static final JournalBounds USUAL = new JournalBounds(2000, 250, 300);

    /** How many lines the file may have beyond those that are kept. */
    int waste() {
        return 2 * reports;
    }

    /** Whether something is to be put together or forgotten. */
    boolean exceededBy(Map<String, Integer> counts) {
        return counts.entrySet().stream().anyMatch(entry -> entry.getValue() > (isProgress(entry.getKey())
                ? reports
                // Not one by one.
                : 2 * others));
    }

    /** What is kept of a log, in its order. */
    List<JournalLine> kept(Collection<JournalLine> lines) {
        var kept = new ArrayList<JournalLine>();
        Map<String, Integer> seen = new HashMap<>();
        var progress = new ArrayList<JournalLine>();
        for (JournalLine line : new ArrayList<>(lines).reversed()) {
            String type = line.event().type();
            if (isProgress(type)) {
                progress.addFirst(line);
            } else if (seen.merge(type, 1, Integer::sum) <= others) {
                kept.add(line);
            }
        }
        kept.addAll(progress.size() > reports ? together(lines, progress) : progress);
        kept.sort(Comparator.comparingLong(JournalLine::position));
        return kept;
    }

    /** Steps that were done again are told once; a mean stands where the last of its reports stood. */
    private List<JournalLine> together(Collection<JournalLine> lines, List<JournalLine> progress) {
        Map<Long, JournalLine> byStep = new HashMap<>();
        progress.forEach(line -> byStep.put(((TrainingRunEvent.Progress) line.event()).step(), line));
        List<ProgressPoint> points = JournalHistory.of(lines).points();
        int untouched = Math.min(points.size(), newest);
        int first = Math.min(1, points.size() - untouched);
        var all = new ArrayList<>(points.subList(0, first));
        all.addAll(ProgressPoint.reduced(points.subList(first, points.size() - untouched), Math.max(1, reports / 2)));
        all.addAll(points.subList(points.size() - untouched, points.size()));
        return all.stream().map(point -> {
            JournalLine last = byStep.getOrDefault(point.step(), progress.getLast());
            TrainingRunEvent.Progress old = (TrainingRunEvent.Progress) last.event();
            return point.since() == last.since()
                    ? last
                    : new JournalLine(last.position(), last.at(), point.since(), point.event(old.images()), "");
        }).toList();
    }

    private static boolean isProgress(String type) {
        return "progress".equals(type);
    }
}
