package dev.pathline.client;

import dev.pathline.common.error.FieldError;
import java.io.Serial;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the server refused, as its problem document says it. */
public final class PathlineException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;
    private final transient List<FieldError> errors;
    private final @Nullable Duration retryAfter;

    PathlineException(int status, String code, String detail, List<FieldError> errors, @Nullable Duration retryAfter) {
        super(detail);
        this.status = status;
        this.code = code;
        this.errors = List.copyOf(errors);
        this.retryAfter = retryAfter;
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** What went wrong, for programs, such as {@code queue_full}; empty if the answer was no problem document. */
    public String code() {
        return code;
    }

    /** The fields that are wrong. */
    public List<FieldError> errors() {
        return errors;
    }

    /** When to try again, or null if that is of no use or nobody knows. */
    public @Nullable Duration retryAfter() {
        return retryAfter;
    }
}
