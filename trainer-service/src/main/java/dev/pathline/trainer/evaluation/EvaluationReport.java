package dev.pathline.trainer.evaluation;

import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.engine.metrics.ClassAccuracy;
import dev.pathline.engine.metrics.ClassifierCard;

/**
 * What was measured of a model.
 *
 * @param model the model's card
 * @param classifier the card of the classifier that judged
 * @param solver the solver of the samples
 * @param steps its steps
 * @param cfgScale the guidance scale
 * @param seed the seed of the samples
 * @param profile the numeric profile of the samples
 * @param onSamples what the classifier says of the first samples, against the classes they were asked for
 * @param onReal what it says of the test set, against the truth
 * @param samples how many samples the distance was measured on
 * @param realImages the size of the test set that the distance was measured against
 * @param distance the CNN Frechet distance of the samples from the test set
 * @param floor that of as many real training images from the test set
 * @param seconds how long sampling took
 * @param rows how many rows the network evaluated for that
 */
public record EvaluationReport(
        ModelCard model,
        ClassifierCard classifier,
        String solver,
        int steps,
        double cfgScale,
        long seed,
        String profile,
        ClassAccuracy onSamples,
        ClassAccuracy onReal,
        int samples,
        int realImages,
        double distance,
        double floor,
        double seconds,
        long rows) {}
