package dev.pathline.engine.torch;

import ai.djl.engine.EngineException;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The device has not enough memory for what was asked. Less at once may succeed. On Linux a process that computes on the
 * CPU seldom gets to see it: what it asks for is promised, and the kernel kills it when the promise cannot be kept.
 */
public final class DeviceMemoryException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** What libtorch's allocators say, for CUDA and for the CPU. */
    private static final String[] WORDS = {"out of memory", "can't allocate memory", "cannot allocate memory",
        "not enough memory"};

    /** An exception. */
    public DeviceMemoryException(String message, Throwable cause) {
        super(message, cause);
    }

    /** Returns what an error of libtorch is if it is about memory. */
    static Optional<DeviceMemoryException> of(EngineException e) {
        return isAboutMemory(e)
                ? Optional.of(new DeviceMemoryException("the device has not enough memory", e))
                : Optional.empty();
    }

    /**
     * Returns whether something was thrown for want of memory, whoever said so: this exception, an error of libtorch that no
     * program was behind (such as for an array that Java hands over), the JVM's {@link OutOfMemoryError}, or any of them as
     * a cause.
     */
    public static boolean isBehind(Throwable thrown) {
        for (Throwable one = thrown; one != null; one = one.getCause()) {
            if (one instanceof DeviceMemoryException || one instanceof OutOfMemoryError
                    || (one instanceof EngineException said && isAboutMemory(said))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isAboutMemory(EngineException e) {
        String lower = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        return Stream.of(WORDS).anyMatch(lower::contains);
    }
}
