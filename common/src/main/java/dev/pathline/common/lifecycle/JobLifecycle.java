package dev.pathline.common.lifecycle;

import dev.pathline.common.error.ErrorCode;
import dev.pathline.common.job.JobCommand;
import dev.pathline.common.job.JobMachine;
import dev.pathline.common.job.JobRecord;
import dev.pathline.common.job.JobState;
import dev.pathline.common.job.Transition;
import dev.pathline.common.port.EventLog;
import dev.pathline.common.port.JobStore;
import dev.pathline.common.port.PortUnavailableException;
import dev.pathline.common.wire.JobError;
import dev.pathline.common.wire.JobEvent;
import java.time.Clock;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies commands to stored jobs: the state by compare-and-set, then the event into the log.
 *
 * <p>Implementation note. The two writes are not one transaction, on purpose: the state decides. Only the winner of the
 * compare-and-set appends, so there is one terminal event; the log itself refuses what comes after it, and refuses
 * {@code step} events of an attempt that was fenced between the two writes. If a process dies between them, or the log is away,
 * the record has ended and the log has not: {@link #repair(JobRecord)} appends the event that the record implies, and is
 * called by whoever reads a log of an ended job. Doing it twice is harmless.
 *
 * <p>Safe for use by many threads; may block as the ports do.
 */
public final class JobLifecycle {

    /** How often a job is begun at most: one that kills its workers must not kill them all. */
    public static final int DEFAULT_MAX_ATTEMPTS = 3;

    private static final Logger LOG = LoggerFactory.getLogger(JobLifecycle.class);

    private final JobStore store;
    private final EventLog log;
    private final Clock clock;
    private final int maxAttempts;

    /** A lifecycle over a store and a log, with {@link #DEFAULT_MAX_ATTEMPTS}. */
    public JobLifecycle(JobStore store, EventLog log, Clock clock) {
        this(store, log, clock, DEFAULT_MAX_ATTEMPTS);
    }

    /** A lifecycle that fails a job instead of beginning it more than so many times. */
    public JobLifecycle(JobStore store, EventLog log, Clock clock, int maxAttempts) {
        this.store = store;
        this.log = log;
        this.clock = clock;
        this.maxAttempts = maxAttempts;
    }

    /** Returns whether so many attempts are as many as there may be. */
    public boolean isLast(int attempts) {
        return attempts >= maxAttempts;
    }

    /**
     * Starts a claimed job, right before its first row is evaluated. A job that was begun too often fails instead.
     *
     * @param claim the worker's claim
     * @param profile the numeric profile it will run with, or null where there is no choice
     * @return the running job, or empty if it must not run (ended, fenced, gone): let go of the claim
     */
    public Optional<JobRecord> begin(JobStore.Claim claim, @Nullable String profile) {
        int attempt = claim.attempt();
        return apply(claim.jobId(), job -> isLast(job.starts())
                ? new JobCommand.Fail(attempt, JobError.of(ErrorCode.WORKER_LOST,
                        "The job was started " + maxAttempts + " times and its worker was lost each time."))
                : new JobCommand.Start(attempt, claim.worker(), profile)).filter(Transition::moved)
                .map(Transition::job).filter(job -> job.state() == JobState.RUNNING);
    }

    /**
     * Applies a command.
     *
     * @return what it did, or empty if there is no such job
     */
    public Optional<Transition> apply(String jobId, JobCommand command) {
        return apply(jobId, job -> command);
    }

    private Optional<Transition> apply(String jobId, Function<JobRecord, JobCommand> decide) {
        while (true) {
            Optional<JobRecord> found = store.find(jobId);
            if (found.isEmpty()) {
                return Optional.empty();
            }
            JobRecord job = found.get();
            JobCommand command = decide.apply(job);
            Transition transition = JobMachine.apply(job, command, clock.instant());
            if (!(transition instanceof Transition.Moved moved)) {
                return Optional.of(transition);
            }
            // A lost race means that the job has moved on: decide again on what it is now.
            if (store.compareAndSet(job.revision(), moved.job())) {
                append(jobId, attempt(command), moved.event());
                return Optional.of(moved);
            }
        }
    }

    /**
     * Says that a job is a step further. Only those who watch hear of it: the record stays as it is.
     *
     * @return whether the attempt may go on; if not, the job has ended, or a newer attempt has it
     */
    public boolean advance(JobStore.Claim claim, JobEvent.Step step) {
        try {
            return log.append(claim.jobId(), claim.attempt(), step).isPresent();
        } catch (PortUnavailableException e) {
            LOG.debug("a step of job {} is told to nobody", claim.jobId(), e);
            return true;
        }
    }

    /** What was decided is not undone because nobody can be told. */
    private void append(String jobId, int attempt, JobEvent event) {
        try {
            log.append(jobId, attempt, event);
        } catch (PortUnavailableException e) {
            LOG.warn("that job {} is {} cannot be told now: {}", jobId, event.type(), e.getMessage());
        }
    }

    /** Appends the terminal event of an ended job if its log lacks one; does nothing for a job that has not ended. */
    public void repair(JobRecord job) {
        if (job.state().terminal()) {
            log.append(job.id(), EventLog.NO_ATTEMPT, JobMachine.terminalEvent(job));
        }
    }

    private static int attempt(JobCommand command) {
        return command instanceof JobCommand.OfAttempt own ? own.attempt() : EventLog.NO_ATTEMPT;
    }
}
