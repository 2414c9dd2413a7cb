package dev.pathline.worker;

import dev.pathline.common.wire.JobEvent;
import dev.pathline.common.wire.StepImage;
import dev.pathline.diffusion.noise.NoiseKey;
import dev.pathline.diffusion.noise.NoiseSource;
import dev.pathline.diffusion.noise.PhiloxNoise;
import dev.pathline.diffusion.plan.NetworkCall;
import dev.pathline.diffusion.plan.SamplingPlan;
import dev.pathline.diffusion.plan.Stage;
import java.util.ArrayList;
import java.util.Objects;

/**
 * What a job's samples begin with. It follows from the request alone, so it is drawn again for those who watch, off the
 * compute thread, and not fetched from the device.
 */
final class StartingNoise {

    private static final NoiseSource NOISE = new PhiloxNoise();

    private StartingNoise() {}

    /** Returns step 0 of a job: the noise of all its samples. May take as long as all of them take to encode. */
    static JobEvent.Step event(PreparedJob job, JobOutput output) {
        SamplingPlan plan = job.plan();
        float scale = (float) plan.initialScale();
        var images = new ArrayList<StepImage>();
        // One at a time: all samples of a large job are a lot of memory.
        for (int index = 0; index < job.count(); index++) {
            float[] noise = new float[job.checkpoint().card().dimension()];
            NOISE.fill(NoiseKey.initial(job.record().request().seed(), index), noise);
            for (int i = 0; i < noise.length; i++) {
                noise[i] *= scale;
            }
            images.add(output.preview(index, noise, true));
        }
        double sigma = plan.stages().stream().map(Stage::call).filter(Objects::nonNull).findFirst()
                .map(NetworkCall::sigma).orElse(Double.NaN);
        return new JobEvent.Step(0, plan.steps(), 0, sigma, -2 * Math.log(sigma), null, images);
    }
}
