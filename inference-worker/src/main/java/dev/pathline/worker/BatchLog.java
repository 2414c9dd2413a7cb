package dev.pathline.worker;

import dev.pathline.engine.sampling.Slot;
import java.util.List;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who was evaluated with whom, so that what happened in a batch can be made to happen again: one line a tick at level
 * {@code DEBUG} of the logger {@code dev.pathline.worker.batches}, with the model, the profile, the rows of the evaluation, and
 * each sample as job, index and stage.
 */
final class BatchLog {

    private static final Logger LOG = LoggerFactory.getLogger("dev.pathline.worker.batches");

    private BatchLog() {}

    /** Logs a tick that is about to be made. */
    static void log(LaneKey lane, int size, List<Slot> chosen) {
        if (LOG.isDebugEnabled()) {
            LOG.debug("{} {} {} {}", lane.model(), lane.profile(), size, chosen.stream()
                    .map(slot -> JobRun.of(slot).job().claim().jobId() + "/" + slot.task().index() + "/" + slot.stage())
                    .collect(Collectors.joining(" ")));
        }
    }
}
