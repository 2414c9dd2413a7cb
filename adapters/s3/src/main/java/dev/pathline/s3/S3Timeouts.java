package dev.pathline.s3;

import java.time.Duration;

/**
 * How long a server is waited for, so that one that is silent, or answers drop by drop, holds up nobody for ever.
 *
 * @param connect until it takes a connection
 * @param silence between one piece of an answer and the next
 * @param call for a call with all its repetitions, and for each {@link S3Settings#partBytes() part's} worth of a file
 */
public record S3Timeouts(Duration connect, Duration silence, Duration call) {

    /** What is right for Amazon's servers and those in the next room. */
    public static final S3Timeouts DEFAULT = new S3Timeouts(Duration.ofSeconds(5), Duration.ofSeconds(20),
            Duration.ofMinutes(2));

    /**
     * Checks the times.
     *
     * @throws IllegalArgumentException if one is not positive, or the call has less than the silence in it
     */
    public S3Timeouts {
        if (!connect.isPositive() || !silence.isPositive() || call.compareTo(silence) < 0) {
            throw new IllegalArgumentException(
                    "connect-timeout and silence-timeout must be more than 0, and call-timeout at least silence-timeout");
        }
    }
}
