package dev.pathline.common.port;

import dev.pathline.common.job.JobRecord;
import dev.pathline.common.wire.JobTerms;
import dev.pathline.common.wire.Priority;
import java.time.Instant;

/**
 * What is told of a job that waits. It is a hint: only a {@linkplain JobStore#claim claim} says whose the job is.
 *
 * @param jobId the job
 * @param model the model that it needs, {@code name@version}
 * @param priority how urgent it is
 * @param turn when its turn is: those before it go first
 */
public record JobNotice(String jobId, String model, Priority priority, Instant turn) {

    /** Returns the notice of a job. */
    public static JobNotice of(JobRecord job) {
        JobTerms terms = job.request().terms();
        return new JobNotice(job.id(), job.request().modelReference(), terms.priority(),
                terms.turn(job.times().createdAt()));
    }
}
