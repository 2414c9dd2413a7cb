package dev.pathline.worker;

import dev.pathline.common.job.JobRecord;
import dev.pathline.common.port.JobStore.Claim;
import dev.pathline.common.wire.JobTerms;
import dev.pathline.diffusion.plan.SamplingPlan;
import dev.pathline.engine.checkpoint.Checkpoint;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A claimed job with what it needs to run.
 *
 * @param claim the right to run it
 * @param record the job as it was found
 * @param plan how each of its samples is made
 * @param checkpoint the model, read from disk
 */
record PreparedJob(Claim claim, JobRecord record, SamplingPlan plan, Checkpoint checkpoint) {

    /** Returns the model's name and version, under which it is loaded. */
    String model() {
        return record.request().modelReference();
    }

    /** Returns how many samples it has. */
    int count() {
        return record.request().count();
    }

    JobTerms terms() {
        return record.request().terms();
    }

    /** Returns when it must have begun, or null if it may wait. */
    @Nullable
    Instant startBy() {
        return terms().startBy(record.times().createdAt());
    }

    /** Returns when it must have ended, or null if it may take its time. */
    @Nullable
    Instant endBy() {
        return terms().endBy(record.times().createdAt());
    }
}
