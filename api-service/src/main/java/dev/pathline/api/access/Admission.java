package dev.pathline.api.access;

import dev.pathline.common.error.ApiException;
import dev.pathline.common.error.ErrorCode;
import dev.pathline.common.port.RateLimits;

/** Lets a key make jobs and runs as often as it may. Methods may block. */
public final class Admission {

    private final RateLimits limits;

    /** Counts by these limits. */
    public Admission(RateLimits limits) {
        this.limits = limits;
    }

    /**
     * Counts one request.
     *
     * @throws ApiException if there were too many lately
     */
    public void require(Caller caller) {
        int perMinute = caller.limits().requestsPerMinute();
        if (caller.key() != null && perMinute > 0) {
            limits.take(caller.key(), perMinute).ifPresent(wait -> {
                throw new ApiException(ErrorCode.RATE_LIMITED, "Key '" + caller.name() + "' may make " + perMinute
                        + " requests a minute").retryAfter(wait);
            });
        }
    }

}
