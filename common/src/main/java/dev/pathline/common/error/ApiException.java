package dev.pathline.common.error;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An error that is told to the client as it is. It carries no stack trace: it is an answer, not an accident.
 */
public final class ApiException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final transient List<FieldError> errors;
    private final @Nullable Duration retryAfter;

    /** An error about the request as a whole. */
    public ApiException(ErrorCode code, String detail) {
        this(code, detail, List.of());
    }

    /** An error about some fields. */
    public ApiException(ErrorCode code, String detail, List<FieldError> errors) {
        this(code, detail, errors, null);
    }

    private ApiException(ErrorCode code, String detail, List<FieldError> errors, @Nullable Duration retryAfter) {
        super(detail, null, false, false);
        this.code = code;
        this.errors = List.copyOf(errors);
        this.retryAfter = retryAfter;
    }

    /** An error about one field, whose message is the detail too. */
    public static ApiException of(ErrorCode code, String field, String message) {
        return new ApiException(code, field + ": " + message, List.of(new FieldError(field, message)));
    }

    /** The same error, with the time after which it is worth trying again. */
    public ApiException retryAfter(Duration duration) {
        return new ApiException(code, detail(), errors, duration);
    }

    /** What kind of error this is. */
    public ErrorCode code() {
        return code;
    }

    /** What is special about this occurrence. */
    public String detail() {
        String message = getMessage();
        return message == null ? code.title() : message;
    }

    /** The fields that are wrong, possibly none. */
    public List<FieldError> errors() {
        return errors;
    }

    /** When to try again, or null if nobody knows. */
    public @Nullable Duration retryAfter() {
        return retryAfter;
    }
}
