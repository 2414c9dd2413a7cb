package dev.pathline.http;

import dev.pathline.common.error.ApiException;
import dev.pathline.common.error.ErrorCode;
import dev.pathline.common.error.FieldError;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An error of a trainer, as it goes over the wire: all of an {@link ApiException}, so that a client of the API is told the same
 * as if the trainer were in one process with it.
 *
 * @param code the name of an {@link ErrorCode}
 * @param moreErrors how many mistakes there are beside those that are listed
 * @param retryAfterMillis when to try again, or null if nobody knows
 */
record TrainerProblem(String code, String detail, List<FieldError> errors, long moreErrors,
        @Nullable Long retryAfterMillis) {

    static TrainerProblem of(ApiException e) {
        Duration retryAfter = e.retryAfter();
        return new TrainerProblem(e.code().name(), e.detail(), e.errors(), e.moreErrors(),
                retryAfter == null ? null : retryAfter.toMillis());
    }

    /** Returns the exception again; a code of a newer trainer is told as a mistake of the server. */
    ApiException exception() {
        ErrorCode known;
        try {
            known = ErrorCode.valueOf(code);
        } catch (IllegalArgumentException e) {
            known = ErrorCode.INTERNAL;
        }
        return new ApiException(known, detail, errors, moreErrors,
                retryAfterMillis == null ? null : Duration.ofMillis(retryAfterMillis));
    }
}
