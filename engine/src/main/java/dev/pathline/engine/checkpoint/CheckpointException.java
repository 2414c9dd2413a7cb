package dev.pathline.engine.checkpoint;

import java.io.Serial;

/** A checkpoint that cannot be used; the message names the file and what is wrong with it. */
public class CheckpointException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    /** Creates an exception. */
    public CheckpointException(String message) {
        super(message);
    }

    /** Creates an exception. */
    public CheckpointException(String message, Throwable cause) {
        super(message, cause);
    }
}
