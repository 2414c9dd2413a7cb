package dev.pathline.engine.evaluation;

import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.engine.data.Dataset;
import dev.pathline.engine.data.MixtureDataset;
import dev.pathline.engine.evaluation.real.RealData;
import dev.pathline.engine.metrics.PrecisionRecall;
import dev.pathline.engine.metrics.SampleGroups;

/** Whether there are enough real samples for a measurement, and how many samples of a model they are enough for. */
public final class SampleCount {

    /** The fewest samples that a reference has: a covariance needs two. */
    private static final int FEWEST = 2;

    private SampleCount() {}

    /**
     * Checks a number of samples.
     *
     * @param features whether a classifier's features are compared
     * @throws IllegalArgumentException if there are too few real samples for any measurement, or for so many samples
     */
    public static void require(ModelCard card, RealData data, boolean features, int samples) {
        int reference = features ? PrecisionRecall.NEIGHBOURS + 1 : FEWEST;
        if (data.test().size() < reference) {
            throw new IllegalArgumentException("there are too few real samples to measure anything: the reference is "
                    + data.test().size() + (data.test().size() == 1 ? " sample" : " samples") + ", where at least "
                    + reference + " are needed");
        }
        // What has no end has enough, and cannot be counted.
        int most = data.train().size() == MixtureDataset.ENDLESS
                ? Math.max(samples, SampleGroups.FEWEST_SAMPLES)
                : data.most(card, Integer.MAX_VALUE);
        if (most < SampleGroups.FEWEST_SAMPLES) {
            throw new IllegalArgumentException("there are too few real samples to measure anything: " + most
                    + " beside the reference" + scarce(card, data) + ", where at least " + SampleGroups.FEWEST_SAMPLES
                    + " are needed");
        }
        if (samples < SampleGroups.FEWEST_SAMPLES || samples > most) {
            throw new IllegalArgumentException("the number of samples must be " + SampleGroups.FEWEST_SAMPLES + " to "
                    + most + ", the number of real samples that they are compared with" + scarce(card, data) + ", not "
                    + samples);
        }
    }

    /** Names the class that has the fewest samples, where that is what decides. */
    private static String scarce(ModelCard card, RealData data) {
        int classes = data.turns(card);
        Dataset train = data.train();
        if (classes < 2 || train.size() == MixtureDataset.ENDLESS) {
            return "";
        }
        int[] counts = new int[classes];
        for (int i = 0; i < train.size(); i++) {
            int label = train.label(i);
            if (label >= 0 && label < classes) {
                counts[label]++;
            }
        }
        int fewest = 0;
        for (int label = 1; label < classes; label++) {
            fewest = counts[label] < counts[fewest] ? label : fewest;
        }
        return ", with as many of each class, of which " + card.classes().get(fewest) + " has " + counts[fewest];
    }
}
