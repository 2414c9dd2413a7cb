package dev.pathline.common.wire;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * On which terms a job is run: what decides when and how its images are computed, not what they show.
 *
 * @param priority how urgent it is
 * @param deadlineMs milliseconds from acceptance after which it ends as expired, or null for none
 * @param startDeadlineMs milliseconds from acceptance after which it ends as expired unless it runs, or null for none
 * @param precision the number format of the network's arithmetic
 * @param strict whether its images must be the same bits whatever else is computed with them
 * @param profile the numeric profile that the network is computed in, or null for the one that the worker says
 */
public record JobTerms(
        Priority priority,
        @Nullable Long deadlineMs,
        @Nullable Long startDeadlineMs,
        Precision precision,
        boolean strict,
        @Nullable String profile) {

    /** Terms that leave the profile to the worker. */
    public JobTerms(Priority priority, @Nullable Long deadlineMs, @Nullable Long startDeadlineMs, Precision precision,
            boolean strict) {
        this(priority, deadlineMs, startDeadlineMs, precision, strict, null);
    }

    /** Normal priority, no deadline, the worker's precision and profile, not strict. */
    public static final JobTerms DEFAULT = new JobTerms(Priority.NORMAL, null, null, Precision.AUTO, false);

    /** Returns the same terms for another number format and profile. */
    public JobTerms in(Precision otherPrecision, @Nullable String otherProfile) {
        return new JobTerms(priority, deadlineMs, startDeadlineMs, otherPrecision, strict, otherProfile);
    }

    /** Returns the same terms at another priority, without deadlines. */
    public JobTerms patient(Priority other) {
        return new JobTerms(other, null, null, precision, strict, profile);
    }

    /** Returns when a job that was accepted at a time must have ended, or null if it may take as long as it takes. */
    public @Nullable Instant endBy(Instant createdAt) {
        return deadlineMs == null ? null : createdAt.plusMillis(deadlineMs);
    }

    /** Returns when a job that was accepted at a time must have begun, or null if it may wait as long as it has to. */
    public @Nullable Instant startBy(Instant createdAt) {
        if (deadlineMs == null && startDeadlineMs == null) {
            return null;
        }
        long end = deadlineMs == null ? Long.MAX_VALUE : deadlineMs;
        return createdAt.plusMillis(startDeadlineMs == null ? end : Math.min(end, startDeadlineMs));
    }

    /**
     * Returns when the turn of a job is that was accepted at a time: it goes before all that came later, but lets pass whoever is
     * more urgent and came within the difference of their patience.
     */
    public Instant turn(Instant createdAt) {
        return createdAt.plus(priority.patience());
    }
}
