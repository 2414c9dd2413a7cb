package dev.pathline.common.port;

import dev.pathline.common.wire.JobEvent;
import java.util.Optional;
import java.util.OptionalLong;
import reactor.core.publisher.Flux;

/**
 * The events of each job, in order, for replay and as they happen.
 *
 * <p>Positions are positive, grow within a job and are never used twice; they need not follow each other. A log is bounded:
 * old {@code step} events are dropped first. A slow reader delays nobody: it loses old {@code step} events.
 *
 * <p>A log is for watching. What has become of a job is what its record says; an event that a log has lost, or that could not
 * be appended, is not missed by anybody but those who watch. Methods may throw {@link PortUnavailableException}, and so
 * may what {@link #read} returns.
 */
public interface EventLog {

    /** The attempt number of events that belong to no attempt: queueing, cancelling, expiring. */
    int NO_ATTEMPT = 0;

    /** How many bytes of previews a job's log keeps at most; {@link Long#MAX_VALUE} for a log without a bound. */
    default long maxBytesPerJob() {
        return Long.MAX_VALUE;
    }

    /**
     * Appends an event. The first append creates the log, a terminal event closes it.
     *
     * @param attempt the attempt it comes from, or {@link #NO_ATTEMPT}. Once an attempt has appended, lower ones are
     *        refused, but for a terminal event of {@link #NO_ATTEMPT}: that a job was queued is no news once it runs
     * @return the event's position, or empty if it was refused because the log is closed or the attempt is fenced
     */
    OptionalLong append(String jobId, int attempt, JobEvent event);

    /**
     * Returns whether a log refuses an event, see {@link #append}: the one rule of all logs.
     *
     * @param closed whether the log has its terminal event
     * @param newestAttempt the newest attempt that has appended, or {@link #NO_ATTEMPT}
     * @param attempt the attempt that the event comes from
     */
    static boolean refuses(boolean closed, int newestAttempt, int attempt, JobEvent event) {
        boolean late = attempt < newestAttempt;
        boolean endsTheJob = attempt == NO_ATTEMPT && event.terminal();
        return closed || (late && !endsTheJob);
    }

    /**
     * Returns how far a job is by its log: its newest {@code step} event, or empty if there is none, or none is kept any more.
     */
    Optional<JobEvent.Step> newestStep(String jobId);

    /**
     * Reads a log from after a position on, first what is there, then what comes; completes after the terminal event, and when
     * the log is deleted. A log to which nothing has been appended yet is waited for.
     *
     * @param after the last position already seen, 0 for everything
     */
    Flux<LoggedEvent> read(String jobId, long after);

    /** Forgets a log; its readers complete. */
    void delete(String jobId);

    /**
     * An event in a log.
     *
     * @param position positive
     * @param event what happened
     */
    record LoggedEvent(long position, JobEvent event) {}
}
