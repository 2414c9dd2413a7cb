package dev.pathline.common.port;

/**
 * What is behind a port cannot be reached, or did not answer in time. Whether a write had its effect is not known; what it
 * would have changed can be asked for, or changed by the same call again. The message says what is away and why, for an
 * operator.
 */
public class PortUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** An exception with a sentence and what was behind it. */
    public PortUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
