package dev.pathline.common.job;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a succeeded job made. The bytes are in the blob store, see {@link BlobKeys}.
 *
 * @param images in order of their index, from 0
 * @param nfe evaluations of the network for one image
 * @param bytes how much the files of its images take
 * @param deviceMs the device's time in milliseconds, the job's share of every evaluation it took part in; null where nobody counts it
 */
public record JobResult(List<Image> images, int nfe,
        // Results of an earlier version do not say it.
        @JsonSetter(nulls = Nulls.AS_EMPTY) long bytes, @Nullable Double deviceMs) {

    /** A result of which nobody counts the device's time. */
    public JobResult(List<Image> images, int nfe, long bytes) {
        this(images, nfe, bytes, null);
    }

    /** A result without files. */
    public JobResult(List<Image> images, int nfe) {
        this(images, nfe, 0);
    }

    /** Copies the list. */
    public JobResult {
        images = List.copyOf(images);
    }

    /** Returns it with the device's time in milliseconds. */
    public JobResult took(double millis) {
        return new JobResult(images, nfe, bytes, millis);
    }

    /**
     * One sample.
     *
     * @param index its index in the request
     * @param width pixels, or null for a vector (which has no PNG)
     * @param height pixels, or null for a vector
     */
    public record Image(int index, @Nullable Integer width, @Nullable Integer height) {}
}
