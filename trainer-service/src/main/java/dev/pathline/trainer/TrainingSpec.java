package dev.pathline.trainer;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A training specification, as a YAML file says it. Every field without a default must be given.
 *
 * @param name the model's name, also in requests
 * @param description a sentence for people
 * @param data where the training data is
 * @param network the network's configuration, with diffusers' keys
 * @param objective what the network learns; absent for a classifier
 * @param optimizer how it learns
 * @param batch samples of one step
 * @param images the budget: how many samples are seen in all
 * @param seed the seed of weights, order, times and noise
 * @param profile the numeric profile of the computation; master weights stay float32
 * @param snapshotEvery steps between snapshots
 * @param sheetEvery steps between sample sheets, or 0 for none
 * @param defaults what requests get that do not say
 */
public record TrainingSpec(
        String name,
        String description,
        Data data,
        JsonNode network,
        @Nullable Objective objective,
        Optimizer optimizer,
        int batch,
        long images,
        long seed,
        String profile,
        long snapshotEvery,
        long sheetEvery,
        @Nullable Defaults defaults) {

    /**
     * Where the training data is.
     *
     * @param format {@code idx}
     * @param path a folder
     * @param classes the classes' names in the order of their indices
     */
    public record Data(String format, String path, List<String> classes) {}

    /**
     * What the network learns.
     *
     * @param type {@code flow-matching}
     * @param time how times are drawn
     * @param labelDropout the share of rows whose label is dropped, for guidance
     */
    public record Objective(String type, Time time, double labelDropout) {}

    /**
     * How times are drawn.
     *
     * @param distribution {@code uniform} or {@code logit-normal}
     * @param mean of the logit
     * @param std of the logit
     */
    public record Time(String distribution, double mean, double std) {}

    /**
     * How the network learns.
     *
     * @param learningRate the peak
     * @param warmupSteps linear warm-up
     * @param finalShare the share of the peak that the cosine ends at
     * @param beta1 decay of AdamW's first moment
     * @param beta2 decay of AdamW's second moment
     * @param epsilon AdamW's epsilon
     * @param weightDecay decoupled weight decay
     * @param clipNorm gradients are scaled down to this global norm
     * @param emaDecay decay of the moving average of the weights
     */
    public record Optimizer(
            double learningRate,
            long warmupSteps,
            double finalShare,
            double beta1,
            double beta2,
            double epsilon,
            double weightDecay,
            double clipNorm,
            double emaDecay) {}

    /**
     * What a request gets that does not say.
     *
     * @param solver the solver's name
     * @param steps the number of steps
     * @param cfgScale the guidance scale
     */
    public record Defaults(String solver, int steps, double cfgScale) {}

    /** Returns the number of optimiser steps that the budget pays for. */
    public long steps() {
        return Math.ceilDiv(images, batch);
    }
}
