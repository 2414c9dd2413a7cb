package dev.pathline.trainer.journal;

import dev.pathline.common.report.RunHistory;
import java.util.Collection;

/** What the lines of a log say, taken together. */
final class JournalHistory {

    private JournalHistory() {}

    static RunHistory of(Collection<JournalLine> lines) {
        var history = new RunHistory.Builder();
        lines.forEach(line -> history.add(line.at(), line.since(), line.event(), line.note()));
        return history.build();
    }
}
