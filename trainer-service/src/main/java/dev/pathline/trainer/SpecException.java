package dev.pathline.trainer;

import java.io.Serial;

/** A training specification that cannot be used; the message names what is wrong. */
public final class SpecException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    /** Creates an exception. */
    public SpecException(String message) {
        super(message);
    }

    /** Creates an exception. */
    public SpecException(String message, Throwable cause) {
        super(message, cause);
    }
}
