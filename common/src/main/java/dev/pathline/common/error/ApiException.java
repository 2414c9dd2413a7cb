package dev.pathline.common.error;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An error that is told to the client as it is. It carries no stack trace: it is an answer, not an accident. However much
 * was wrong, it stays short: of many fields the first are named and the rest counted, and a detail is cut.
 */
public final class ApiException extends RuntimeException {

    /** Longer details are cut: they are for people. */
    static final int MAX_DETAIL = 8000;

    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final transient List<FieldError> errors;
    private final long moreErrors;
    private final @Nullable Duration retryAfter;

    /** An error about the request as a whole. */
    public ApiException(ErrorCode code, String detail) {
        this(code, detail, List.of());
    }

    /** An error about some fields; of more than {@link FieldErrors#MAX} the first are kept. */
    public ApiException(ErrorCode code, String detail, List<FieldError> errors) {
        this(code, detail, errors, 0, null);
    }

    /**
     * An error with all that can be said of one.
     *
     * @param moreErrors how many mistakes there are beside those in {@code errors}
     * @param retryAfter when to try again, or null if nobody knows
     */
    public ApiException(ErrorCode code, String detail, List<FieldError> errors, long moreErrors,
            @Nullable Duration retryAfter) {
        super(Shown.start(detail, MAX_DETAIL), null, false, false);
        this.code = code;
        this.errors = List.copyOf(errors.subList(0, Math.min(errors.size(), FieldErrors.MAX)));
        this.moreErrors = moreErrors + errors.size() - this.errors.size();
        this.retryAfter = retryAfter;
    }

    /** An error about one field, whose message is the detail too. */
    public static ApiException of(ErrorCode code, String field, String message) {
        return new ApiException(code, field + ": " + message, List.of(new FieldError(field, message)));
    }

    /** The same error, with the time after which it is worth trying again. */
    public ApiException retryAfter(Duration duration) {
        return new ApiException(code, detail(), errors, moreErrors, duration);
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

    /** The fields that are wrong, possibly none; at most {@link FieldErrors#MAX}. */
    public List<FieldError> errors() {
        return errors;
    }

    /** How many mistakes there are beside those in {@link #errors()}. */
    public long moreErrors() {
        return moreErrors;
    }

    /** When to try again, or null if nobody knows. */
    public @Nullable Duration retryAfter() {
        return retryAfter;
    }
}
