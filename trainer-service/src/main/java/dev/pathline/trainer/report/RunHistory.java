package dev.pathline.trainer.report;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a run's log says. Steps that were done again, after a kill or a step back, are in it once, as they were done
 * last.
 *
 * @param points the progress, by growing step
 * @param events what else happened, the oldest first
 */
public record RunHistory(List<ProgressPoint> points, List<Event> events) {

    /** Takes copies. */
    public RunHistory {
        points = List.copyOf(points);
        events = List.copyOf(events);
    }

    /** What can happen to a run. */
    public enum Kind {
        /** A process began to train; the text is the commit that its code was built from. */
        STARTED,
        /** A snapshot is on disk. */
        SNAPSHOT,
        /** A sheet of samples is on disk. */
        SHEET,
        /** Something failed that the run can do without; the text says what. */
        WARNING,
        /** The run could not write, and waited; the text says why. */
        BLOCKED,
        /** It could write again. */
        UNBLOCKED,
        /** Training went wrong; the step is that of the snapshot which the run went back to, the text says why. */
        STEPPED_BACK,
        /** A process ended, for the reason in the text; the run goes on from its last snapshot if it is started again. */
        STOPPED,
        /** Somebody did not want the run any more. */
        CANCELLED,
        /** The run's result is where it belongs; the text says where. A later start made another result of the run. */
        SUCCEEDED,
        /** The run failed; the text says why. */
        FAILED
    }

    /**
     * Something that happened.
     *
     * @param kind what
     * @param at when
     * @param step the last step that was done by then
     * @param text more about it, or an empty text
     */
    public record Event(Kind kind, Instant at, long step, String text) implements LogLine {}

    /**
     * Reads the log of a run.
     *
     * @param run the run's folder; one without a log has an empty history
     * @throws IOException if the log is there and cannot be read
     */
    public static RunHistory read(Path run) throws IOException {
        var history = new HistoryBuilder();
        LogFile.lines(run.resolve(RunLog.FILE)).forEach(line -> LogJson.read(line).ifPresent(history::add));
        return history.build();
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

    /** Returns the last event of a kind. */
    public Optional<Event> last(Kind kind) {
        return events.stream().filter(event -> event.kind() == kind).reduce((first, second) -> second);
    }
}
