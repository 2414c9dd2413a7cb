package dev.pathline.worker;

import dev.pathline.diffusion.npy.Npy;
import dev.pathline.common.image.Png;
import dev.pathline.common.image.Raster;
import dev.pathline.common.job.BlobKeys;
import dev.pathline.common.job.ImageText;
import dev.pathline.common.job.JobRequest;
import dev.pathline.common.job.JobResult;
import dev.pathline.common.port.BlobStore;
import dev.pathline.common.port.JobStore.Claim;
import dev.pathline.common.wire.ImageFormat;
import dev.pathline.common.wire.StepImage;
import java.util.ArrayList;
import java.util.List;

/** Samples as files: PNG where the shape is a picture's, NumPy always. */
final class JobOutput {

    private final BlobStore blobs;
    private final int[] shape;
    private final boolean picture;
    private final JobRequest request;
    private final String profile;

    /**
     * Files of a job.
     *
     * @param shape a sample's
     * @param request what the files' text says
     * @param profile the numeric profile that the job is computed in, likewise
     */
    JobOutput(BlobStore blobs, List<Integer> shape, JobRequest request, String profile) {
        this.blobs = blobs;
        this.request = request;
        this.profile = profile;
        this.shape = shape.stream().mapToInt(Integer::intValue).toArray();
        this.picture = Raster.isPicture(this.shape);
    }

    /** Stores all samples of an attempt at a job. */
    JobResult store(Claim claim, List<float[]> samples, int evaluations) {
        var images = new ArrayList<JobResult.Image>();
        long bytes = 0;
        for (int i = 0; i < samples.size(); i++) {
            bytes += put(key(claim, i, ImageFormat.NPY), Npy.encode(samples.get(i), shape));
            if (picture) {
                bytes += put(key(claim, i, ImageFormat.PNG),
                        Png.withText(Png.encode(raster(samples.get(i))), ImageText.of(request, profile, i)));
            }
            images.add(picture ? new JobResult.Image(i, shape[2], shape[1]) : new JobResult.Image(i, null, null));
        }
        return new JobResult(images, evaluations, bytes);
    }

    private int put(String key, byte[] file) {
        blobs.put(key, file);
        return file.length;
    }

    private static String key(Claim claim, int index, ImageFormat format) {
        return BlobKeys.image(claim.jobId(), claim.attempt(), index, format);
    }

    /**
     * Encodes previews of the samples from {@code first} on: PNG where the shape is a picture's, else NumPy.
     *
     * @param noisy whether they show noisy points, not predictions of the data
     */
    List<StepImage> previews(int first, List<float[]> samples, boolean noisy) {
        var images = new ArrayList<StepImage>();
        for (int i = 0; i < samples.size(); i++) {
            if (samples.get(i).length > 0) {
                images.add(preview(first + i, samples.get(i), noisy));
            }
        }
        return images;
    }

    /** Encodes a preview of one sample. */
    StepImage preview(int index, float[] sample, boolean noisy) {
        return picture
                ? StepImage.of(index, ImageFormat.PNG, Png.encode(raster(noisy ? visible(sample) : sample)))
                : StepImage.of(index, ImageFormat.NPY, Npy.encode(sample, shape));
    }

    /**
     * A picture has values in [-1, 1], and noise may be a hundred times as large: shown as it is it would be black and
     * white. So what is larger than data can be is shown with a root mean square of 1.
     */
    private static float[] visible(float[] sample) {
        double squares = 0;
        for (float value : sample) {
            squares += (double) value * value;
        }
        float scale = (float) (1 / Math.max(1, Math.sqrt(squares / sample.length)));
        float[] scaled = new float[sample.length];
        for (int i = 0; i < sample.length; i++) {
            scaled[i] = scale * sample[i];
        }
        return scaled;
    }

    private Raster raster(float[] sample) {
        return Raster.ofSample(sample, shape[0], shape[1], shape[2]);
    }
}
