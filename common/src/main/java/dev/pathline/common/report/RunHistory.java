package dev.pathline.common.report;

import dev.pathline.common.wire.TrainingRunEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What has happened to a run. Steps that were done again, after a kill or a step back, are in it once, as they were done
 * last.
 *
 * @param points the progress, by growing step
 * @param entries what else happened, the oldest first
 */
public record RunHistory(List<ProgressPoint> points, List<Entry> entries) {

    /** Takes copies. */
    public RunHistory {
        points = List.copyOf(points);
        entries = List.copyOf(entries);
    }

    /**
     * Something that happened.
     *
     * @param at when; null where nobody wrote it down
     * @param step the last step that was done by then
     * @param event what
     * @param note more about it, or an empty text
     */
    public record Entry(@Nullable Instant at, long step, TrainingRunEvent event, String note) {}

    /** Puts a history together from what was told, the oldest first. */
    public static final class Builder {

        private final TreeMap<Long, ProgressPoint> points = new TreeMap<>();
        private final List<Entry> entries = new ArrayList<>();

        /**
         * Adds an event; it takes the place of what an earlier process told of the same steps.
         *
         * @param at when; null where nobody wrote it down
         * @param since of progress the step after which it begins, of anything else the last step that was done
         */
        public void add(@Nullable Instant at, long since, TrainingRunEvent event, String note) {
            if (event instanceof TrainingRunEvent.Progress progress) {
                points.subMap(since, false, progress.step(), true).clear();
                points.put(progress.step(), ProgressPoint.of(at, since, progress));
                return;
            }
            if (event instanceof TrainingRunEvent.Sheet || event instanceof TrainingRunEvent.Snapshot) {
                entries.removeIf(old -> old.event().equals(event));
            }
            if (event instanceof TrainingRunEvent.Preparation made) {
                entries.removeIf(old -> old.event() instanceof TrainingRunEvent.Preparation before
                        && before.what().equals(made.what()));
            }
            entries.add(new Entry(at, step(event, since), event, note));
        }

        private static long step(TrainingRunEvent event, long last) {
            return switch (event) {
                case TrainingRunEvent.Started started -> started.step();
                case TrainingRunEvent.SteppedBack back -> back.step();
                case TrainingRunEvent.Snapshot snapshot -> snapshot.step();
                case TrainingRunEvent.Sheet sheet -> sheet.step();
                case TrainingRunEvent.Evaluation evaluation -> evaluation.step();
                case TrainingRunEvent.Paused paused -> paused.step();
                default -> last;
            };
        }

        /** Returns what was added. */
        public RunHistory build() {
            return new RunHistory(List.copyOf(points.values()), entries);
        }
    }

    /** Returns at most {@code most} points that cover all steps, each the mean of some neighbours. */
    public List<ProgressPoint> points(int most) {
        return ProgressPoint.reduced(points, most);
    }

    /** Returns the last step that was reported, or 0. */
    public long step() {
        return points.isEmpty() ? 0 : points.getLast().step();
    }

    /** Returns the number of steps in all, as the last report named it, or 0. */
    public long steps() {
        return points.isEmpty() ? 0 : points.getLast().steps();
    }

    /** Returns the entries of a type of event, the oldest first. */
    public List<Entry> of(Class<? extends TrainingRunEvent> type) {
        return entries.stream().filter(entry -> type.isInstance(entry.event())).toList();
    }

    /** Returns the last entry of a type of event. */
    public Optional<Entry> last(Class<? extends TrainingRunEvent> type) {
        List<Entry> found = of(type);
        return found.isEmpty() ? Optional.empty() : Optional.of(found.getLast());
    }
}
