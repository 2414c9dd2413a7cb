package dev.pathline.api.generate;

import dev.pathline.common.error.ApiException;
import dev.pathline.common.error.ErrorCode;
import dev.pathline.common.image.ContactSheet;
import dev.pathline.common.image.Png;
import dev.pathline.common.image.Raster;
import dev.pathline.common.job.BlobKeys;
import dev.pathline.common.job.JobRecord;
import dev.pathline.common.job.JobRequest;
import dev.pathline.common.port.BlobStore;
import dev.pathline.common.wire.ImageFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
                .mapToObj(index -> blobs.get(BlobKeys.image(job.id(), index, ImageFormat.PNG))
                        .orElseThrow(() -> new ApiException(ErrorCode.UNKNOWN_IMAGE,
                                "Image " + index + " of job " + job.id() + " is no longer kept")))
                .toList();
        byte[] file = files.getFirst();
        if (files.size() > 1) {
            List<Raster> pictures = files.stream().map(Png::decode).toList();
            file = Png.encode(ContactSheet.of(pictures));
        }
        return Png.withText(file, text(job.request()));
    }

    private static Map<String, String> text(JobRequest request) {
        Map<String, String> text = new LinkedHashMap<>();
        text.put("Software", "Pathline");
        text.put("model", request.modelReference());
        if (request.labelName() != null) {
            text.put("label", request.labelName());
        }
        text.put("seed", Long.toString(request.seed()));
        text.put("count", Integer.toString(request.count()));
        text.put("solver", String.valueOf(request.settings().solver()));
        text.put("steps", String.valueOf(request.settings().steps()));
        text.put("timeGrid", String.valueOf(request.settings().timeGrid()));
        text.put("cfgScale", String.valueOf(request.settings().cfgScale()));
        return text;
    }
}
