package dev.pathline.engine.evaluation;

import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.noise.PhiloxNoise;
import dev.pathline.diffusion.plan.SamplingPlan;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.metrics.Classifier;
import dev.pathline.engine.metrics.VectorSet;
import dev.pathline.engine.sampling.Lane;
import dev.pathline.engine.sampling.LoadedModel;
import dev.pathline.engine.sampling.SamplingException;
import dev.pathline.engine.sampling.SlotListener;
import dev.pathline.engine.sampling.SlotTask;
import dev.pathline.engine.script.NumericProfile;
import dev.pathline.engine.torch.Torch;
import java.util.List;
import java.util.function.IntConsumer;

/** Samples of a model with balanced classes: sample {@code i} is of class {@code i mod classes}. */
final class SampleSet {

    private final float[][] images;
    private final int classes;
    private final boolean pictures;
    private int done;

    private SampleSet(int count, int classes, boolean pictures) {
        this.images = new float[count][];
        this.classes = classes;
        this.pictures = pictures;
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
        var set = new SampleSet(count, Math.max(1, card.classes().size()), card.shape().size() > 1);
        try (LoadedModel model = LoadedModel.load(torch, checkpoint, profile);
                var lane = new Lane(model, new PhiloxNoise(), Math.min(Protocol.BATCH, count))) {
            int next = 0;
            while (set.done < count) {
                while (next < count && lane.room() > 0) {
                    lane.admit(new SlotTask(plan, set.label(next), seed, next, set.new Collector(next)));
                    next++;
                }
                int before = set.done;
                lane.tick();
                if (set.done > before) {
                    progress.accept(set.done);
                }
            }
        }
        return set;
    }

    int label(int index) {
        return index % classes;
    }

    /** Returns what a classifier says of all samples. Call on the compute thread. */
    Features features(Classifier classifier) {
        return Features.of(classifier.classify(images.length, i -> images[i]));
    }

    /** Returns the samples themselves; those of pictures are in [-1, 1]. */
    VectorSet values() {
        return VectorSet.of(List.of(images));
    }

    /**
     * Rounds to the 256 values that an image file holds, as those of real images are: a network that sees finer steps
     * than it was trained on could tell the two apart by that.
     */
    private static float[] toPixels(float[] sample) {
        float[] pixels = new float[sample.length];
        for (int i = 0; i < sample.length; i++) {
            pixels[i] = Math.clamp(Math.round((sample[i] + 1) * 127.5f), 0, 255) / 127.5f - 1;
        }
        return pixels;
    }

    private final class Collector implements SlotListener {

        private final int index;

        Collector(int index) {
            this.index = index;
        }

        @Override
        public void finished(float[] sample) {
            images[index] = pictures ? toPixels(sample) : sample;
            done++;
        }

        @Override
        public void failed(String reason) {
            throw new SamplingException("sample " + index + ": " + reason);
        }
    }
}
