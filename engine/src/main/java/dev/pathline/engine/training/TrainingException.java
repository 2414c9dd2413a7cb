package dev.pathline.engine.training;

import java.io.Serial;

/** A run that cannot go on; the message says why and what may help. */
public final class TrainingException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    /** Creates an exception. */
    public TrainingException(String message) {
        super(message);
    }

    /** Creates an exception. */
    public TrainingException(String message, Throwable cause) {
        super(message, cause);
    }
}
