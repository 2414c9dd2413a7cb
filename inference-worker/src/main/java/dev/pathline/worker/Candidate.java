package dev.pathline.worker;

import java.time.Instant;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * A job that this worker has and that is not under way yet: it waits for its model, for a place, or for being begun. Use on
 * the compute thread, but for {@link #stop()} and {@link #isStopped()}.
 */
final class Candidate {

    /** By the turns that they had when they came. */
    static final Comparator<Candidate> ORDER = Comparator.comparing(Candidate::turn)
            .thenComparing(one -> one.job.claim().jobId()).thenComparingInt(one -> one.job.claim().attempt());

    private final PreparedJob job;
    private Instant turn = Instant.MAX;
    private @Nullable LaneWish wish;
    private volatile boolean stopped;

    Candidate(PreparedJob job) {
        this.job = job;
    }

    PreparedJob job() {
        return job;
    }

    /** Says when it goes, before it is put into any order. */
    void come(Instant itsTurn) {
        turn = itsTurn;
    }

    Instant turn() {
        return turn;
    }

    /** Returns in which lane it wants to be; found out once. */
    LaneWish wish(Lanes lanes) {
        LaneWish known = wish;
        if (known == null) {
            known = lanes.wish(job);
            wish = known;
        }
        return known;
    }

    /** It must not begin any more; any thread. */
    void stop() {
        stopped = true;
    }

    boolean isStopped() {
        return stopped;
    }
}
