package dev.pathline.api.jobs;

import dev.pathline.api.access.Caller;
import dev.pathline.common.error.ApiException;
import dev.pathline.common.error.ErrorCode;
import dev.pathline.common.error.Shown;
import dev.pathline.common.experiment.ArmOf;
import dev.pathline.common.job.BlobKeys;
import dev.pathline.common.job.JobCommand;
import dev.pathline.common.job.JobRecord;
import dev.pathline.common.job.JobState;
import dev.pathline.common.job.Transition;
import dev.pathline.common.lifecycle.JobEnding;
import dev.pathline.common.port.BlobStore;
import dev.pathline.common.port.JobStore;
import dev.pathline.common.wire.ImageFormat;
import dev.pathline.common.wire.JobAnswer;
import dev.pathline.common.wire.JobPage;

/** What can be done with a job that exists. Methods may block. */
public final class JobService {

    private final JobStore store;
    private final BlobStore blobs;
    private final JobEnding ending;
    private final JobAnswers answers;

    /** A service over the ports. */
    public JobService(JobStore store, BlobStore blobs, JobEnding ending, JobAnswers answers) {
        this.store = store;
        this.blobs = blobs;
        this.ending = ending;
        this.answers = answers;
    }

    /**
     * Returns a job.
     *
     * @throws ApiException if there is none
     */
    public JobRecord find(String jobId) {
        return store.find(jobId).orElseThrow(() -> unknown(jobId));
    }

    /**
     * Returns a job that a caller sees.
     *
     * @throws ApiException if there is none; whether there is another's is not told
     */
    public JobRecord find(String jobId, Caller caller) {
        return store.find(jobId).filter(job -> caller.sees(job.owner())).orElseThrow(() -> unknown(jobId));
    }

    /**
     * Returns a job as clients see it.
     *
     * @param prefix where the client's addresses begin, see {@link dev.pathline.api.access.PublicPath}
     * @throws ApiException if there is none
     */
    public JobAnswer get(String jobId, Caller caller, String prefix) {
        return answers.withUrls(find(jobId, caller), prefix);
    }

    /**
     * Cancels a job that a caller sees; see {@link #cancel(String)}.
     *
     * @return the job after it, as clients see it
     */
    public JobAnswer cancel(String jobId, Caller caller, String prefix) {
        find(jobId, caller);
        return answers.withUrls(cancel(jobId), prefix);
    }

    /** Cancels a job, and what is made to come before its images; one that has ended stays as it is. Returns the job after it. */
    public JobRecord cancel(String jobId) {
        Transition end = ending.end(jobId, new JobCommand.Cancel()).orElseThrow(() -> unknown(jobId));
        JobRecord job = end.job();
        ArmOf arm = job.request().arm();
        // Of a job that has its images the others are still wanted, for the comparison.
        if (job.state() == JobState.CANCELLED && arm != null && arm.draft() != null) {
            ending.end(arm.draft(), new JobCommand.Cancel());
        }
        return job;
    }

    /** Lists jobs, newest first. */
    public JobPage list(JobStore.Query query, String prefix) {
        JobStore.Page page = store.list(query);
        return new JobPage(page.jobs().stream().map(job -> answers.withUrls(job, prefix)).toList(), page.nextCursor());
    }

    /**
     * Returns an image's file.
     *
     * @throws ApiException if there is none, or not yet
     */
    public byte[] image(String jobId, Caller caller, int index, ImageFormat format) {
        JobRecord job = find(jobId, caller);
        if (index < 0 || index >= job.request().count()) {
            throw new ApiException(ErrorCode.UNKNOWN_IMAGE, "Job " + jobId + " has the images 0 to "
                    + (job.request().count() - 1) + ", not " + index);
        }
        return blobs.get(BlobKeys.image(job, index, format)).orElseThrow(() -> new ApiException(
                ErrorCode.UNKNOWN_IMAGE, job.state().terminal()
                        ? "Image " + index + " of job " + jobId + ", which is " + job.state().wire()
                                + ", is not kept as " + format.extension()
                        : "Job " + jobId + " is still " + job.state().wire()));
    }

    private static ApiException unknown(String jobId) {
        String shown = Shown.start(jobId, 64);
        return new ApiException(ErrorCode.UNKNOWN_JOB, "Job " + shown + " is not known here");
    }

}
