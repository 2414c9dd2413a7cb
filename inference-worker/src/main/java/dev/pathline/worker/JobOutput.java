package dev.pathline.worker;

import dev.pathline.diffusion.npy.Npy;
import dev.pathline.common.image.Png;
import dev.pathline.common.image.Raster;
import dev.pathline.common.job.BlobKeys;
import dev.pathline.common.job.JobResult;
import dev.pathline.common.port.BlobStore;
import dev.pathline.common.wire.ImageFormat;
import dev.pathline.common.wire.StepImage;
import java.util.ArrayList;
import java.util.List;

/** Samples as files: PNG where the shape is a picture's, NumPy always. */
final class JobOutput {

    private final BlobStore blobs;
    private final int[] shape;
    private final boolean picture;

    JobOutput(BlobStore blobs, List<Integer> shape) {
        this.blobs = blobs;
        this.shape = shape.stream().mapToInt(Integer::intValue).toArray();
        this.picture = Raster.isPicture(this.shape);
    }

    /** Stores all samples of a job. */
    JobResult store(String jobId, List<float[]> samples, int evaluations) {
        var images = new ArrayList<JobResult.Image>();
        for (int i = 0; i < samples.size(); i++) {
            blobs.put(BlobKeys.image(jobId, i, ImageFormat.NPY), Npy.encode(samples.get(i), shape));
            if (picture) {
                blobs.put(BlobKeys.image(jobId, i, ImageFormat.PNG), Png.encode(raster(samples.get(i))));
            }
            images.add(picture ? new JobResult.Image(i, shape[2], shape[1]) : new JobResult.Image(i, null, null));
        }
        return new JobResult(images, evaluations);
    }

    /** Encodes previews of the samples from {@code first} on: PNG where the shape is a picture's, else NumPy. */
    List<StepImage> previews(int first, List<float[]> samples) {
        var images = new ArrayList<StepImage>();
        for (int i = 0; i < samples.size(); i++) {
            float[] sample = samples.get(i);
            if (sample.length > 0) {
                images.add(picture
                        ? StepImage.of(first + i, ImageFormat.PNG, Png.encode(raster(sample)))
                        : StepImage.of(first + i, ImageFormat.NPY, Npy.encode(sample, shape)));
            }
        }
        return images;
    }

    private Raster raster(float[] sample) {
        return Raster.ofSample(sample, shape[0], shape[1], shape[2]);
    }
}
