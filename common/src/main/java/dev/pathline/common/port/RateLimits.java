package dev.pathline.common.port;

import java.time.Duration;
import java.util.Optional;

/** Counts how often somebody asks, over all replicas. Every method may throw {@link PortUnavailableException}. */
@FunctionalInterface
public interface RateLimits {

    /**
     * Counts one request.
     *
     * @param who whose
     * @param perMinute how many there may be a minute on average, and at most so many at once; at least 1
     * @return empty if it may be, and is counted; else how long to wait until it may
     */
    Optional<Duration> take(String who, int perMinute);
}
