package dev.pathline.engine.evaluation;

import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.plan.SamplingPlan;
import dev.pathline.diffusion.planner.Planner;
import dev.pathline.diffusion.planner.SamplingSettings;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.evaluation.real.FeatureCache;
import dev.pathline.engine.evaluation.real.Fit;
import dev.pathline.engine.evaluation.real.RealData;
import dev.pathline.engine.evaluation.real.RealFeatures;
import dev.pathline.engine.metrics.Classifier;
import dev.pathline.engine.metrics.ClassifierCheckpoint;
import dev.pathline.engine.metrics.Estimate;
import dev.pathline.engine.metrics.FeatureStatistics;
import dev.pathline.engine.metrics.FrechetDistance;
import dev.pathline.engine.metrics.SampleGroups;
import dev.pathline.engine.script.NumericProfile;
import dev.pathline.engine.torch.Torch;

/**
 * The Frechet distance of a model that is being trained, now and then, from the same noise each time and by the card's
 * default settings. The classifier and the reference are kept in between. It lives on the compute thread: open, use and
 * close it there.
 */
public final class TrainingEvaluation implements AutoCloseable {

    private static final long SEED = 1;

    private final Torch torch;
    private final Classifier classifier;
    private final NumericProfile profile;
    private final FrechetDistance distance;
    private final SampleGroups groups;
    private final int samples;
    private final Estimate floor;

    private TrainingEvaluation(Torch torch, Classifier classifier, ClassifierCheckpoint judge, RealData data,
            FeatureCache cache, ModelCard card, int samples, NumericProfile profile) {
        int classes = data.turns(card);
        this.torch = torch;
        this.classifier = classifier;
        this.profile = profile;
        this.samples = samples;
        this.groups = new SampleGroups(samples, Math.max(1, card.classes().size()));
        String hash = judge.card().weightsSha256();
        this.distance = new FrechetDistance(
                FeatureStatistics.of(RealFeatures.all(cache, hash, data.test(), classifier).vectors()));
        this.floor = distance.of(
                RealFeatures.balanced(cache, hash, data.train(), classifier, samples, classes, Protocol.FLOOR_SEED)
                        .vectors(),
                groups);
    }

    /**
     * Loads the classifier and measures the reference and the floor, which takes some seconds the first time.
     *
     * @param card the model's; its shape and classes must be the classifier's
     * @param samples how many samples each measurement makes, at least {@value SampleGroups#FEWEST_SAMPLES}
     * @param profile how the model computes
     * @throws IllegalArgumentException if the model and the classifier do not fit, or there are fewer real images than
     *         samples
     */
    public static TrainingEvaluation open(Torch torch, ClassifierCheckpoint judge, RealData data, FeatureCache cache,
            ModelCard card, int samples, NumericProfile profile) {
        Fit.require(card, judge);
        var classifier = new Classifier(torch, judge);
        try {
            return new TrainingEvaluation(torch, classifier, judge, data, cache, card, samples, profile);
        } catch (RuntimeException e) {
            classifier.close();
            throw e;
        }
    }

    /**
     * Returns the distance of a model's samples from the test set, with its 95% interval. Its value compares with
     * {@link #floor} and with others of the same number of samples and the same classifier.
     *
     * @param model the card and the weights as they are now
     */
    public Estimate frechetDistance(Checkpoint model) {
        SamplingPlan plan = Planner.plan(model.card(), SamplingSettings.defaults(model.card().conditional()));
        SampleSet made = SampleSet.generate(torch, model, plan, profile, samples, SEED, done -> {
        });
        return distance.of(made.features(classifier).vectors(), groups);
    }

    /** Returns what as many real training images get. */
    public Estimate floor() {
        return floor;
    }

    @Override
    public void close() {
        classifier.close();
    }
}
