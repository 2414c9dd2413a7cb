package dev.pathline.trainer.evaluation;

import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.plan.SamplingPlan;
import dev.pathline.diffusion.planner.Planner;
import dev.pathline.diffusion.planner.SamplingSettings;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.data.DataException;
import dev.pathline.engine.data.IdxFiles;
import dev.pathline.engine.data.Split;
import dev.pathline.engine.data.Dataset;
import dev.pathline.engine.metrics.ClassAccuracy;
import dev.pathline.engine.metrics.Classifier;
import dev.pathline.engine.metrics.ClassifierCheckpoint;
import dev.pathline.engine.metrics.FeatureStatistics;
import dev.pathline.engine.metrics.FrechetDistance;
import dev.pathline.engine.sampling.LoadedModel;
import dev.pathline.engine.script.NumericProfile;
import dev.pathline.engine.torch.ComputeThread;
import dev.pathline.engine.torch.Torch;
import java.nio.file.Path;
import java.util.List;

/**
 * Measures a class-conditional model: the share of samples that a classifier calls the class they were asked for, and
 * the Frechet distance of the samples from the test set in that classifier's features.
 */
public final class ModelEvaluation {

    /** How many samples the classifier's share is taken of; the distance takes more. */
    public static final int JUDGED = 1000;

    private static final int BATCH = 100;
    private static final long REAL_SEED = 1;

    private final Torch torch;
    private final ComputeThread thread;
    private final Listener listener;

    /** Hears of progress, on the compute thread. */
    @FunctionalInterface
    public interface Listener {
        /** So many samples of all are made. */
        void sampled(int done, int of);
    }

    /**
     * What to measure with.
     *
     * @param samples how many samples the distance is measured on, at least 2
     * @param sampling solver, steps, guidance; what is null is the card's default
     * @param seed the seed of the samples
     * @param profile how the model computes
     */
    public record Settings(int samples, SamplingSettings sampling, long seed, NumericProfile profile) {}

    /** An evaluation that works on {@code thread}. */
    public ModelEvaluation(Torch torch, ComputeThread thread, Listener listener) {
        this.torch = torch;
        this.thread = thread;
        this.listener = listener;
    }

    /**
     * Measures a model.
     *
     * @param data the folder of the real images
     * @throws IllegalArgumentException if the model and the classifier have other classes or shapes, or a setting is
     *         not accepted
     * @throws DataException if the real images cannot be used, or are not those of the classifier
     */
    public EvaluationReport evaluate(Checkpoint model, ClassifierCheckpoint judge, Path data, Settings settings) {
        requireFit(model.card(), judge);
        SamplingPlan plan = Planner.plan(model.card(), settings.sampling());
        Dataset train = read(data, Split.TRAIN, judge.card().trainSha256());
        Dataset test = read(data, Split.TEST, judge.card().testSha256());
        if (settings.samples() < 2 || settings.samples() > train.size()) {
            throw new IllegalArgumentException("the number of samples must be 2 to " + train.size()
                    + ", the number of real images that they are compared with, not " + settings.samples());
        }
        return thread.call(() -> measure(model, judge, plan, train, test, settings));
    }

    private EvaluationReport measure(Checkpoint checkpoint, ClassifierCheckpoint judge, SamplingPlan plan,
            Dataset train, Dataset test, Settings settings) {
        ModelCard card = checkpoint.card();
        int classes = card.classes().size();
        try (var classifier = new Classifier(torch, judge)) {
            long start = System.nanoTime();
            SampleSet samples = samples(checkpoint, plan, settings);
            double seconds = (System.nanoTime() - start) / 1e9;
            List<Classifier.Verdict> said = classifier.classify(samples.size(), samples::image);
            var real = new RealImages(test);
            List<Classifier.Verdict> truth = real.verdicts(classifier);
            FeatureStatistics target = statistics(truth);
            FeatureStatistics floor = new RealImages(train).someFeatures(classifier, samples.size(), classes,
                    REAL_SEED);
            return new EvaluationReport(card, judge.card(), plan.solver(), plan.steps(), plan.cfgScale(),
                    settings.seed(), settings.profile().name(), ownClass(samples, said, classes),
                    real.accuracy(truth, classes),
                    samples.size(), test.size(), FrechetDistance.between(statistics(said), target),
                    FrechetDistance.between(floor, target), seconds, (long) samples.size() * plan.rows());
        }
    }

    private SampleSet samples(Checkpoint checkpoint, SamplingPlan plan, Settings settings) {
        try (LoadedModel model = LoadedModel.load(torch, checkpoint, settings.profile())) {
            return SampleSet.generate(model, plan, settings.samples(), BATCH, settings.seed(),
                    done -> listener.sampled(done, settings.samples()));
        }
    }

    private static ClassAccuracy ownClass(SampleSet samples, List<Classifier.Verdict> said, int classes) {
        var accuracy = new ClassAccuracy(classes);
        for (int i = 0; i < Math.min(JUDGED, samples.size()); i++) {
            accuracy.add(samples.label(i), said.get(i).label());
        }
        return accuracy;
    }

    private static FeatureStatistics statistics(List<Classifier.Verdict> verdicts) {
        return FeatureStatistics.of(verdicts.stream().map(Classifier.Verdict::features).toList());
    }

    private static void requireFit(ModelCard card, ClassifierCheckpoint judge) {
        if (!card.shape().equals(judge.network().inputs().getFirst().shape())) {
            throw new IllegalArgumentException("classifier " + judge.card().name() + " takes images of shape "
                    + judge.network().inputs().getFirst().shape() + ", model " + card.name() + " makes "
                    + card.shape());
        }
        if (!card.classes().equals(judge.card().classes())) {
            throw new IllegalArgumentException("classifier " + judge.card().name() + " knows the classes "
                    + judge.card().classes() + ", model " + card.name() + " has " + card.classes()
                    + ": train a classifier on the model's data and name it with --classifier");
        }
    }

    private static Dataset read(Path folder, Split split, String hash) {
        Dataset data = IdxFiles.read(folder, split);
        if (!data.sha256().equals(hash)) {
            throw new DataException("the images in " + folder + " are not those of the classifier, whose accuracy and"
                    + " distance would mean nothing for them: name its data with --data");
        }
        return data;
    }
}
