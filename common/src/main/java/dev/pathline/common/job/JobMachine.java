package dev.pathline.common.job;

import dev.pathline.common.job.Transition.Moved;
import dev.pathline.common.job.Transition.Reason;
import dev.pathline.common.job.Transition.Refused;
import dev.pathline.common.wire.ImageAnswer;
import dev.pathline.common.wire.ImageFormat;
import dev.pathline.common.wire.JobEvent;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * The life of a job as one pure function.
 *
 * <pre>
 *             start            succeed
 *   QUEUED ----------> RUNNING ----------> SUCCEEDED
 *     |  ^                | |  fail
 *     |  +--- requeue ----+ +------------> FAILED        (a queued job fails when it was lost too often)
 *     |                   |
 *     +--- cancel --------+--------------> CANCELLED
 *     +--- expire --------+--------------> EXPIRED
 * </pre>
 *
 * <p>A start with a higher attempt number restarts a running job: its former worker lost the lease. From then on the
 * former attempt is fenced. Whoever moves the job into a terminal state by compare-and-set, and nobody else, appends
 * the terminal event.
 */
public final class JobMachine {

    private JobMachine() {}

    /** Applies a command to a job at a time. */
    public static Transition apply(JobRecord job, JobCommand command, Instant now) {
        if (job.state().terminal()) {
            return new Refused(job, Reason.ALREADY_ENDED);
        }
        if (command instanceof JobCommand.OfAttempt own && own.attempt() < job.attempt()) {
            return new Refused(job, Reason.FENCED);
        }
        return switch (command) {
            case JobCommand.Start start -> start(job, start, now);
            case JobCommand.Succeed succeed -> runs(job, succeed)
                    ? end(job.succeeded(succeed.result(), succeed.firstPreviewAt(), now))
                    : new Refused(job, Reason.NOT_RUNNING);
            case JobCommand.Fail fail -> end(job.ended(JobState.FAILED, fail.error(), now));
            case JobCommand.Requeue requeue -> runs(job, requeue)
                    ? new Moved(job.requeued(), new JobEvent.Queued(1, null))
                    : new Refused(job, Reason.NOT_RUNNING);
            case JobCommand.Cancel cancel -> end(job.ended(JobState.CANCELLED, null, now));
            case JobCommand.Expire expire -> end(job.ended(JobState.EXPIRED, null, now));
        };
    }

    /**
     * The terminal event of an ended job, derived from its record alone, so that whoever finds it missing from the log
     * (its writer died between the two writes) can append it.
     *
     * @throws IllegalArgumentException if the job has not ended
     */
    public static JobEvent terminalEvent(JobRecord job) {
        return switch (job.state()) {
            case SUCCEEDED -> {
                JobResult result = Objects.requireNonNull(job.result(), "a succeeded job has a result");
                yield new JobEvent.Succeeded(images(job), Long.toString(job.request().seed()), result.nfe(),
                        job.times().timings());
            }
            case FAILED -> new JobEvent.Failed(Objects.requireNonNull(job.error(), "a failed job has an error"));
            case CANCELLED -> new JobEvent.Cancelled();
            case EXPIRED -> new JobEvent.Expired();
            case QUEUED, RUNNING -> throw new IllegalArgumentException("job " + job.id() + " has not ended");
        };
    }

    /** The images of a job as URLs, without their data; empty unless it succeeded. */
    public static List<ImageAnswer> images(JobRecord job) {
        JobResult result = job.result();
        if (result == null) {
            return List.of();
        }
        ImageFormat format = job.request().format();
        return result.images().stream()
                .map(image -> new ImageAnswer(image.index(),
                        "/jobs/" + job.id() + "/images/" + image.index() + "." + format.extension(), format,
                        image.width(), image.height(), null))
                .toList();
    }

    private static Transition start(JobRecord job, JobCommand.Start start, Instant now) {
        // The same attempt starts once: a job that was requeued is claimed again under a higher number.
        if (start.attempt() == job.attempt()) {
            return new Refused(job, job.state() == JobState.RUNNING ? Reason.FENCED : Reason.NOT_RUNNING);
        }
        return new Moved(job.started(start.attempt(), start.worker(), start.profile(), now),
                new JobEvent.Started(start.attempt(), start.worker()));
    }

    private static boolean runs(JobRecord job, JobCommand.OfAttempt command) {
        return job.state() == JobState.RUNNING && command.attempt() == job.attempt();
    }

    private static Transition end(JobRecord ended) {
        return new Moved(ended, terminalEvent(ended));
    }
}
