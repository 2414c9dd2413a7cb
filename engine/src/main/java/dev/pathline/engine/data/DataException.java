package dev.pathline.engine.data;

import java.io.Serial;

/** Training data that cannot be used; the message names the file. */
public final class DataException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    /** Creates an exception. */
    public DataException(String message) {
        super(message);
    }

    /** Creates an exception. */
    public DataException(String message, Throwable cause) {
        super(message, cause);
    }
}
