package dev.pathline.trainer;

import dev.pathline.diffusion.card.SamplingDefaults;
import dev.pathline.engine.checkpoint.StoredType;
import dev.pathline.engine.network.SmallConvNetConfig;
import dev.pathline.engine.network.UNet2DConfig;
import dev.pathline.engine.script.NumericProfile;
import dev.pathline.engine.script.TrainingProgram.AdamW;
import dev.pathline.engine.training.ClassificationTask.Augmentation;
import dev.pathline.engine.training.LearningRate;
import dev.pathline.engine.training.MovingAverage;
import dev.pathline.engine.training.TimeDistribution;
import java.util.List;

/**
 * A training specification, checked: what is here can be trained, if the data is there and fits.
 *
 * @param name the model's name, also in requests and as a folder
 * @param description a sentence for people
 * @param data where the training data is
 * @param task the network and what it learns
 * @param learningRate the rate over the run
 * @param optimizer AdamW's constants
 * @param average the moving average of the weights
 * @param batch samples of one step
 * @param images the budget: how many samples are seen in all
 * @param seed the seed of weights, order, times and noise
 * @param profile how the network computes; master weights stay float32
 * @param snapshotEvery steps between snapshots
 * @param sheetEvery steps between sample sheets, or 0 for none
 * @param store how the finished weights are stored
 * @param defaults what requests get that do not say
 * @param source where the specification was read from
 */
public record TrainingSpec(
        String name,
        String description,
        DataSpec data,
        Task task,
        LearningRate learningRate,
        AdamW optimizer,
        MovingAverage average,
        int batch,
        long images,
        long seed,
        NumericProfile profile,
        long snapshotEvery,
        long sheetEvery,
        StoredType store,
        SamplingDefaults defaults,
        Source source) {

    /** The network and what it learns. */
    public sealed interface Task {

        /**
         * A diffusion model by flow matching.
         *
         * @param network the U-Net
         * @param times how training times are drawn
         * @param labelDropout the share of rows whose label is dropped, for guidance
         */
        record FlowMatching(UNet2DConfig network, TimeDistribution times, double labelDropout) implements Task {}

        /**
         * A classifier.
         *
         * @param network the network
         * @param labelSmoothing the share of the target that is spread over all classes
         * @param augmentation how images are varied
         */
        record Classification(
                SmallConvNetConfig network,
                double labelSmoothing,
                Augmentation augmentation) implements Task {}
    }

    /**
     * Where a specification was read from.
     *
     * @param file the file, as it was named
     * @param sha256 the hash of its bytes
     */
    public record Source(String file, String sha256) {}

    /** Returns the number of optimiser steps that the budget pays for. */
    public long steps() {
        return Math.ceilDiv(images, batch);
    }
}
