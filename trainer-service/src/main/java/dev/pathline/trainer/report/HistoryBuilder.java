package dev.pathline.trainer.report;

import dev.pathline.trainer.report.RunHistory.Event;
import dev.pathline.trainer.report.RunHistory.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** Puts a history together from the lines of a log. */
final class HistoryBuilder {

    private final TreeMap<Long, ProgressPoint> points = new TreeMap<>();
    private final List<Event> events = new ArrayList<>();

    /** Adds a line; it takes the place of what an earlier process said of the same steps. */
    void add(LogLine line) {
        switch (line) {
            case ProgressPoint point -> {
                points.subMap(point.since(), false, point.step(), true).clear();
                points.put(point.step(), point);
            }
            case Event event -> {
                if (event.kind() == Kind.SHEET || event.kind() == Kind.SNAPSHOT) {
                    events.removeIf(old -> old.kind() == event.kind() && old.step() == event.step());
                }
                events.add(event);
            }
        }
    }

    RunHistory build() {
        return new RunHistory(List.copyOf(points.values()), events);
    }
}
