package dev.pathline.common.wire;

import dev.pathline.common.error.ErrorCode;

/**
 * Why a job failed.
 *
 * @param code the error's kind, see {@link ErrorCode#wire()}
 * @param message what happened and what to do, without internals
 * @param retryable whether the same request may succeed later
 */
public record JobError(String code, String message, boolean retryable) {

    /** An error with its code's advice. */
    public static JobError of(ErrorCode code, String detail) {
        return new JobError(code.wire(), code.advise(detail), code.retryable());
    }
}
