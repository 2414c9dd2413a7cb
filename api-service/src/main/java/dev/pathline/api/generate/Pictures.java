package dev.pathline.api.generate;

import dev.pathline.common.error.ApiException;
import dev.pathline.common.error.ErrorCode;
import dev.pathline.common.image.ContactSheet;
import dev.pathline.common.image.Png;
import dev.pathline.common.image.Raster;
import dev.pathline.common.job.BlobKeys;
import dev.pathline.common.job.ImageText;
import dev.pathline.common.job.JobRecord;
import dev.pathline.common.port.BlobStore;
import dev.pathline.common.wire.ImageFormat;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A finished job as one PNG file: its picture, or a contact sheet of its pictures, with what made them in text chunks.
 * Nothing in the file depends on when or under which id it was made: equal requests give equal bytes. Methods block.
 */
public final class Pictures {

    private final BlobStore blobs;

    /** Pictures from a blob store. */
    public Pictures(BlobStore blobs) {
        this.blobs = blobs;
    }

    /** Makes the file of a job that succeeded. */
    public byte[] of(JobRecord job) {
        List<byte[]> files = IntStream.range(0, job.request().count())
                .mapToObj(index -> blobs.get(BlobKeys.image(job, index, ImageFormat.PNG))
                        .orElseThrow(() -> new ApiException(ErrorCode.UNKNOWN_IMAGE,
                                "Image " + index + " of job " + job.id() + " is no longer kept")))
                .toList();
        if (files.size() == 1) {
            return files.getFirst();
        }
        List<Raster> pictures = files.stream().map(Png::decode).toList();
        return Png.withText(Png.encode(ContactSheet.of(pictures)), ImageText.of(job.request(), job.profile(), null));
    }
}
