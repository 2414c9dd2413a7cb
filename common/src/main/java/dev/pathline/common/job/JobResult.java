package dev.pathline.common.job;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a succeeded job made. The bytes are in the blob store, see {@link BlobKeys}.
 *
 * @param images in order of their index, from 0
 * @param nfe evaluations of the network for one image
 */
public record JobResult(List<Image> images, int nfe) {

    /** Copies the list. */
    public JobResult {
        images = List.copyOf(images);
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
