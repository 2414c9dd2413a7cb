package dev.pathline.engine.evaluation;

import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.card.PixelLevels;
import dev.pathline.diffusion.noise.PhiloxNoise;
import dev.pathline.diffusion.plan.SamplingPlan;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.evaluation.real.Features;
import dev.pathline.engine.metrics.Classifier;
import dev.pathline.engine.metrics.VectorSet;
import dev.pathline.engine.sampling.LoadedModel;
import dev.pathline.engine.sampling.Sampler;
import dev.pathline.engine.sampling.SamplerListener;
import dev.pathline.engine.sampling.SamplingException;
import dev.pathline.engine.script.NumericProfile;
import dev.pathline.engine.torch.Torch;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/** Samples of a model with balanced classes: sample {@code i} is of class {@code i mod classes}. */
final class SampleSet {

    private final List<float[]> images;
    private final int classes;

    private SampleSet(List<float[]> images, int classes) {
        this.images = images;
        this.classes = classes;
    }

    /**
     * Makes samples. Call on the compute thread.
     *
     * @param progress hears how many are done, now and then
     * @throws SamplingException if the network's output is not finite
     */
    static SampleSet generate(Torch torch, Checkpoint checkpoint, SamplingPlan plan, NumericProfile profile, int count,
            long seed, IntConsumer progress) {
        ModelCard card = checkpoint.card();
        int classes = Math.max(1, card.classes().size());
        int[] labels = IntStream.range(0, count).map(index -> index % classes).toArray();
        try (LoadedModel model = LoadedModel.load(torch, checkpoint, profile)) {
            List<float[]> samples = new Sampler(model, new PhiloxNoise(), Protocol.BATCH).sample(plan, labels, seed,
                    new SamplerListener() {
                        @Override
                        public void finished(int done) {
                            progress.accept(done);
                        }
                    }, () -> {
                    });
            if (card.shape().size() > 1) {
                samples.forEach(SampleSet::roundToPixels);
            }
            return new SampleSet(samples, classes);
        }
    }

    int label(int index) {
        return index % classes;
    }

    /** Returns what a classifier says of all samples. Call on the compute thread. */
    Features features(Classifier classifier) {
        return Features.of(classifier.classify(images.size(), images::get));
    }

    /** Returns the samples themselves; those of pictures are in [-1, 1]. */
    VectorSet values() {
        return VectorSet.of(images);
    }

    /**
     * Rounds to the 256 values that an image file holds, as those of real images are: a network that sees finer steps
     * than it was trained on could tell the two apart by that.
     */
    private static void roundToPixels(float[] sample) {
        for (int i = 0; i < sample.length; i++) {
            sample[i] = PixelLevels.value(PixelLevels.of(sample[i]));
        }
    }
}
