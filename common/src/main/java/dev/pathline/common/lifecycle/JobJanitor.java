package dev.pathline.common.lifecycle;

import dev.pathline.common.job.BlobKeys;
import dev.pathline.common.port.BlobStore;
import dev.pathline.common.port.EventLog;
import dev.pathline.common.port.JobStore;
import dev.pathline.common.port.PortUnavailableException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Forgets ended jobs with their events and images. The record goes first: what is left behind if the process dies in
 * between is unreachable, and blobs fall to {@link BlobStore#deleteOlderThan}. May block as the ports do.
 */
public final class JobJanitor {

    private static final Logger LOG = LoggerFactory.getLogger(JobJanitor.class);

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
    private final long maxBytes;
    private Instant nextOrphanSearch = Instant.MIN;

    /**
     * A janitor.
     *
     * @param maxAge how long ended jobs are kept, positive
     * @param maxJobs how many ended jobs are kept
     * @param maxBytes how much the images of ended jobs may take
     */
    public JobJanitor(JobStore store, EventLog log, BlobStore blobs, Clock clock, Duration maxAge, int maxJobs,
            long maxBytes) {
        this.store = store;
        this.log = log;
        this.blobs = blobs;
        this.clock = clock;
        this.maxAge = maxAge;
        this.maxJobs = maxJobs;
        this.maxBytes = maxBytes;
    }

    /** Returns whether nothing is left behind; one that is away does not keep the other from forgetting. */
    private boolean forget(String jobId) {
        boolean images = done(() -> blobs.deleteAll(BlobKeys.prefix(jobId)));
        boolean events = done(() -> log.delete(jobId));
        return images && events;
    }

    private static boolean done(Runnable deletion) {
        try {
            deletion.run();
            return true;
        } catch (PortUnavailableException e) {
            LOG.debug("something is left behind", e);
            return false;
        }
    }

    /** Forgets what is due now. Returns the ids of the forgotten jobs. */
    public synchronized List<String> sweep() {
        Instant now = clock.instant();
        Instant oldest = now.minus(maxAge);
        List<String> removed = store.removeEnded(oldest, maxJobs, maxBytes);
        List<String> left = removed.stream().filter(jobId -> !forget(jobId)).toList();
        if (!left.isEmpty()) {
            LOG.warn("of {} forgotten job(s) events or images are left behind until they are too old", left.size());
        }
        if (!now.isBefore(nextOrphanSearch)) {
            blobs.deleteOlderThan(oldest.minus(ORPHAN_GRACE));
            nextOrphanSearch = now.plus(ORPHAN_SEARCH);
        }
        return removed;
    }
}
