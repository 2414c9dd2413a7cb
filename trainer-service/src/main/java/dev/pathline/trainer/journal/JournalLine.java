package dev.pathline.trainer.journal;

import dev.pathline.common.port.TrainingRuns.LoggedRunEvent;
import dev.pathline.common.wire.TrainingRunEvent;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A line of a run's log.
 *
 * @param position from 1
 * @param at when it happened; null in a line of an earlier version, which did not say
 * @param since of progress: the step after which it begins; of anything else the last step that was done by then
 * @param event what happened
 * @param note more about it that clients are not told, such as the commit of the code that begins; may be empty
 */
public record JournalLine(long position, @Nullable Instant at, long since, TrainingRunEvent event, String note) {

    /** Returns what clients are told. */
    LoggedRunEvent logged() {
        return new LoggedRunEvent(position, event);
    }
}
