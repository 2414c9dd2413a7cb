package dev.pathline.api.generate;

import dev.pathline.api.access.Caller;
import dev.pathline.common.error.ApiException;
import dev.pathline.common.error.ErrorCode;
import dev.pathline.common.job.Idempotency;
import dev.pathline.common.model.Sha256;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/** Reads {@code Idempotency-Key}. */
public final class IdempotencyKeys {

    private static final String HEADER = "Idempotency-Key";
    private static final int MAX_LENGTH = 255;

    private IdempotencyKeys() {}

    /** The key, or null if there is none. */
    public static @Nullable String key(HttpHeaders headers) {
        String key = headers.getFirst(HEADER);
        if (key != null && (key.isBlank() || key.length() > MAX_LENGTH)) {
            throw ApiException.of(ErrorCode.INVALID_REQUEST, HEADER, "must have 1 to " + MAX_LENGTH + " characters");
        }
        return key;
    }

    /** The key with the fingerprint of a body. What one caller calls a request means nothing to another. */
    public static Idempotency of(String key, byte[] body, Caller caller) {
        String own = caller.key() == null ? key : caller.key() + "/" + key;
        return new Idempotency(own, Sha256.of(body));
    }
}
