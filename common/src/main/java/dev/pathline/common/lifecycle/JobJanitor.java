package dev.pathline.common.lifecycle;

import dev.pathline.common.job.BlobKeys;
import dev.pathline.common.port.BlobStore;
import dev.pathline.common.port.EventLog;
import dev.pathline.common.port.JobStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Forgets ended jobs with their events and images. The record goes first: what is left behind if the process dies in
 * between is unreachable, and blobs fall to {@link BlobStore#deleteOlderThan}. May block as the ports do.
 */
public final class JobJanitor {

    /** A blob outlives its job's retention by this, since it is stored before the job ends. */
    private static final Duration ORPHAN_GRACE = Duration.ofHours(24);
    /** How often blobs without a job are looked for: some stores have to list all they have. */
    private static final Duration ORPHAN_SEARCH = Duration.ofHours(1);

    private final JobStore store;
    private final EventLog log;
    private final BlobStore blobs;
    private final Clock clock;
    private final Duration maxAge;
    private final int maxJobs;
    private Instant nextOrphanSearch = Instant.MIN;

    /**
     * A janitor.
     *
     * @param maxAge how long ended jobs are kept, positive
     * @param maxJobs how many ended jobs are kept
     */
    public JobJanitor(JobStore store, EventLog log, BlobStore blobs, Clock clock, Duration maxAge, int maxJobs) {
        this.store = store;
        this.log = log;
        this.blobs = blobs;
        this.clock = clock;
        this.maxAge = maxAge;
        this.maxJobs = maxJobs;
    }

    /** Forgets what is due now. Returns the ids of the forgotten jobs. */
    public synchronized List<String> sweep() {
        Instant now = clock.instant();
        Instant oldest = now.minus(maxAge);
        List<String> removed = store.removeEnded(oldest, maxJobs);
        for (String jobId : removed) {
            log.delete(jobId);
            blobs.deleteAll(BlobKeys.prefix(jobId));
        }
        if (!now.isBefore(nextOrphanSearch)) {
            blobs.deleteOlderThan(oldest.minus(ORPHAN_GRACE));
            nextOrphanSearch = now.plus(ORPHAN_SEARCH);
        }
        return removed;
    }
}
