package dev.pathline.common.job;

import dev.pathline.common.wire.Timings;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * When things happened to a job.
 *
 * @param createdAt it was accepted
 * @param startedAt its first row was about to be evaluated, in the newest attempt
 * @param firstPreviewAt its first preview was there, in the attempt that succeeded
 * @param finishedAt it reached its terminal state
 */
public record JobTimes(
        Instant createdAt,
        @Nullable Instant startedAt,
        @Nullable Instant firstPreviewAt,
        @Nullable Instant finishedAt) {

    /** The times of a job that was accepted just now. */
    public static JobTimes created(Instant now) {
        return new JobTimes(now, null, null, null);
    }

    JobTimes started(Instant now) {
        return new JobTimes(createdAt, now, firstPreviewAt, finishedAt);
    }

    JobTimes previewed(@Nullable Instant when) {
        return new JobTimes(createdAt, startedAt, when, finishedAt);
    }

    JobTimes finished(Instant now) {
        return new JobTimes(createdAt, startedAt, firstPreviewAt, now);
    }

    JobTimes requeued() {
        return new JobTimes(createdAt, null, firstPreviewAt, finishedAt);
    }

    /** The durations between them. */
    public Timings timings() {
        return new Timings(millis(createdAt, startedAt), millis(createdAt, firstPreviewAt),
                startedAt == null ? null : millis(startedAt, finishedAt), millis(createdAt, finishedAt));
    }

    private static @Nullable Long millis(Instant from, @Nullable Instant to) {
        // Two machines' clocks may disagree by a little; a negative duration would only confuse.
        return to == null ? null : Math.max(0, Duration.between(from, to).toMillis());
    }
}
