package dev.pathline.api.generate;

import dev.pathline.api.closing.Closing;
import dev.pathline.api.concurrent.Blocking;
import dev.pathline.api.jobs.EventStreams;
import dev.pathline.api.jobs.JobService;
import dev.pathline.common.error.ApiException;
import dev.pathline.common.error.ErrorCode;
import dev.pathline.common.job.JobRecord;
import dev.pathline.common.job.JobState;
import dev.pathline.common.wire.JobError;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Jobs that somebody waits for, and those that nobody waits for any more. */
public final class FinishedJobs {

    private final JobService jobs;
    private final EventStreams streams;
    private final Closing closing;

    /** @param closing ends the waiting when the server stops, which sees to its jobs itself */
    public FinishedJobs(JobService jobs, EventStreams streams, Closing closing) {
        this.jobs = jobs;
        this.streams = streams;
        this.closing = closing;
    }

    /** Returns a job when it has succeeded; fails as an {@link ApiException} if it ends otherwise, or the server stops. */
    public Mono<JobRecord> of(String id) {
        Mono<Void> stopped = closing.over().then(Mono.error(Closing::shuttingDown));
        return Mono.firstWithSignal(streams.end(id), stopped).then(Blocking.call(() -> {
            JobRecord job = jobs.find(id);
            if (job.state() != JobState.SUCCEEDED) {
                throw unsuccessful(job);
            }
            return job;
        }));
    }

    /** Cancels a job that nobody waits for any more; of a job that has ended this changes nothing. When the server stops, it sees to its jobs itself. */
    public void abandon(String id) {
        if (!closing.hasBegun()) {
            Blocking.run(() -> jobs.cancel(id)).onErrorComplete().subscribe();
        }
    }

    /** Returns what is said to those who wait for a job that has ended, but has not succeeded. */
    public static ApiException unsuccessful(JobRecord job) {
        JobError error = job.error();
        if (error != null && error.code().equals(ErrorCode.SHUTTING_DOWN.wire())) {
            return Closing.shuttingDown();
        }
        String detail = "Job " + job.id() + " is " + job.state().wire();
        return switch (job.state()) {
            case CANCELLED -> new ApiException(ErrorCode.JOB_CANCELLED, detail);
            case EXPIRED -> new ApiException(ErrorCode.JOB_EXPIRED, detail);
            default -> new ApiException(code(error), error == null ? detail : detail + ": " + error.message());
        };
    }

    private static ErrorCode code(@Nullable JobError error) {
        return Arrays.stream(ErrorCode.values()).filter(code -> error != null && code.wire().equals(error.code()))
                .findFirst().orElse(ErrorCode.GENERATION_FAILED);
    }
}
