package dev.pathline.common.port;

/** The registry cannot be reached, or does not let us in. The message says why and what to do, for an operator. */
public final class RegistryUnavailableException extends PortUnavailableException {

    private static final long serialVersionUID = 1L;

    /** An exception with a sentence and what was behind it. */
    public RegistryUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
