package dev.pathline.worker.schedule;

import dev.pathline.common.wire.JobTerms;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * When a job should be done, to be fair: the earlier goes first. It is the time at which it came, plus its priority's
 * patience, plus what it takes by itself. So a short job passes long ones that came little before it, which hardly notice,
 * and no job is passed for longer than its patience and its own time. A deadline may make it earlier.
 */
public final class Turn {

    private Turn() {}

    /**
     * Returns a job's turn.
     *
     * @param terms the job's
     * @param createdAt when it was accepted
     * @param alone what it would take by itself, zero if nobody knows
     */
    public static Instant of(JobTerms terms, Instant createdAt, Duration alone) {
        return of(terms, createdAt, alone, alone);
    }

    /**
     * Returns the turn of a job that goes with another one, which came with it: neither is passed by the shorter of them.
     *
     * @param terms the job's
     * @param createdAt when it was accepted
     * @param alone what it would take by itself, zero if nobody knows
     */
    public static Instant together(JobTerms terms, Instant createdAt, Duration alone) {
        return of(terms, createdAt, alone, Duration.ZERO);
    }

    /** @param later by how much it counts as come later than it did */
    private static Instant of(JobTerms terms, Instant createdAt, Duration alone, Duration later) {
        Instant fair = createdAt.plus(terms.priority().patience()).plus(later);
        @Nullable
        Instant end = terms.endBy(createdAt);
        return end == null || fair.isBefore(end.minus(alone)) ? fair : end.minus(alone);
    }
}
