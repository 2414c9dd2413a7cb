package dev.pathline.engine.training;

import dev.pathline.engine.checkpoint.CheckpointException;
import java.io.Serial;

/**
 * The snapshot to go on from is of a run with other settings; the message names the file and every difference. How a run is
 * forced to go on all the same depends on how it was started, so whoever has started it adds that.
 */
public final class OtherSettingsException extends CheckpointException {

    @Serial
    private static final long serialVersionUID = 1L;

    /** Creates an exception. */
    OtherSettingsException(String message) {
        super(message);
    }
}
