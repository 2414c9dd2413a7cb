package dev.pathline.common.job;

import dev.pathline.common.wire.ImageFormat;

/**
 * Where a job's bytes are: {@code JOB/images/0.png} (for shapes that are images) and {@code JOB/images/0.npy}
 * (always). Everything of a job is under {@code JOB/}, so that one call forgets it.
 */
public final class BlobKeys {

    private BlobKeys() {}

    /** The key of one image in one format. */
    public static String image(String jobId, int index, ImageFormat format) {
        return prefix(jobId) + "images/" + index + "." + format.extension();
    }

    /** The prefix of everything that belongs to a job, with its slash. */
    public static String prefix(String jobId) {
        return jobId + "/";
    }
}
