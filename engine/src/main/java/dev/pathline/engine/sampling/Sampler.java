package dev.pathline.engine.sampling;

import dev.pathline.diffusion.noise.NoiseSource;
import dev.pathline.diffusion.plan.SamplingPlan;
import java.util.List;

/** Samples a loaded model without a server: many samples of one plan, as many at once as a lane holds. */
public final class Sampler {

    private final LoadedModel model;
    private final NoiseSource noise;
    private final int batch;

    /**
     * A sampler that has up to {@code batch} samples under way at once. Use on the compute thread only.
     *
     * @param model stays the caller's to close
     */
    public Sampler(LoadedModel model, NoiseSource noise, int batch) {
        this.model = model;
        this.noise = noise;
        this.batch = batch;
    }

    /**
     * Makes one sample a label.
     *
     * @param labels the class of each sample, or the null class
     * @param seed with a sample's place in {@code labels} it determines the sample's noise
     * @return the samples in the order of {@code labels}
     * @throws SamplingException if the network's output is not finite
     */
    public List<float[]> sample(SamplingPlan plan, int[] labels, long seed) {
        return sample(plan, labels, seed, SamplerListener.NONE, () -> {
        });
    }

    /**
     * Makes one sample a label.
     *
     * @param labels the class of each sample, or the null class
     * @param seed with a sample's place in {@code labels} it determines the sample's noise
     * @param listener hears of each sample's progress
     * @param check is run before each evaluation; what it throws ends the sampling
     * @return the samples in the order of {@code labels}
     * @throws SamplingException if the network's output is not finite
     */
    public List<float[]> sample(SamplingPlan plan, int[] labels, long seed, SamplerListener listener,
            Runnable check) {
        var samples = new Samples(labels.length, listener);
        try (var lane = new Lane(model, noise, Math.min(batch, labels.length))) {
            int next = 0;
            while (next < labels.length || lane.active() > 0) {
                while (next < labels.length && lane.room() > 0) {
                    lane.admit(new SlotTask(plan, labels[next], seed, next, samples.listener(next)));
                    next++;
                }
                check.run();
                lane.tick();
            }
        }
        return List.of(samples.values);
    }

    /** What is finished, and who hears of it. */
    private static final class Samples {

        private final float[][] values;
        private final SamplerListener listener;
        private int done;

        Samples(int count, SamplerListener listener) {
            this.values = new float[count][];
            this.listener = listener;
        }

        SlotListener listener(int index) {
            return new SlotListener() {
                @Override
                public Preview preview(int step) {
                    return listener.preview(index, step);
                }

                @Override
                public void stepped(int step, double sigma, float[] preview) {
                    listener.stepped(index, step, sigma, preview);
                }

                @Override
                public void finished(float[] sample) {
                    values[index] = sample;
                    done++;
                    listener.finished(done);
                }

                @Override
                public void failed(String reason) {
                    throw new SamplingException("sample " + index + ": " + reason);
                }
            };
        }
    }
}
