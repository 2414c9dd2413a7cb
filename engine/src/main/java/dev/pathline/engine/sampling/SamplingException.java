package dev.pathline.engine.sampling;

import java.io.Serial;

/** A sample that cannot be made; the message says why. */
public final class SamplingException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    /** Creates an exception. */
    public SamplingException(String message) {
        super(message);
    }
}
