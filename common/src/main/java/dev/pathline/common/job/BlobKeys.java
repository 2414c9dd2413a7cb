package dev.pathline.common.job;

import dev.pathline.common.wire.ImageFormat;

/**
 * Where a job's bytes are: {@code JOB/1/images/0.png} (for shapes that are images) and {@code JOB/1/images/0.npy}
 * (always), of attempt 1. Each attempt has its own, so that one which has lost its job changes nothing of what another has made.
 * Everything of a job is under {@code JOB/}, so that one call forgets it.
 */
public final class BlobKeys {

    private BlobKeys() {}

    /** The key of one image in one format, of the attempt that has made it. */
    public static String image(String jobId, int attempt, int index, ImageFormat format) {
        return prefix(jobId) + attempt + "/images/" + index + "." + format.extension();
    }

    /** The key of one image of a job that succeeded. */
    public static String image(JobRecord job, int index, ImageFormat format) {
        return image(job.id(), job.attempt(), index, format);
    }

    /** The prefix of everything that belongs to a job, with its slash. */
    public static String prefix(String jobId) {
        return jobId + "/";
    }
}
