package dev.pathline.engine.evaluation;

import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.engine.evaluation.real.FeatureCache;
import dev.pathline.engine.evaluation.real.Features;
import dev.pathline.engine.evaluation.real.RealData;
import dev.pathline.engine.evaluation.real.RealFeatures;
import dev.pathline.engine.evaluation.real.RealImages;
import dev.pathline.engine.evaluation.report.EvaluationIdentity;
import dev.pathline.engine.evaluation.report.EvaluationReport;
import dev.pathline.engine.evaluation.report.EvaluationSetting;
import dev.pathline.engine.evaluation.report.Measurement;
import dev.pathline.engine.evaluation.report.Metric;
import dev.pathline.engine.metrics.ClassAccuracy;
import dev.pathline.engine.metrics.Classifier;
import dev.pathline.engine.metrics.ClassifierCheckpoint;
import dev.pathline.engine.metrics.Estimate;
import dev.pathline.engine.metrics.SampleGroups;
import dev.pathline.engine.torch.ComputeThread;
import dev.pathline.engine.torch.Torch;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The real samples of a measurement and the classifier that judges, kept while setting after setting is measured. */
final class RealSide implements AutoCloseable {

    private final ComputeThread thread;
    private final @Nullable Classifier classifier;
    private final RealData data;
    private final @Nullable Features seen;
    private final Yardstick yardstick;
    private final Map<Metric, Estimate> floors;
    private final SampleGroups groups;

    private RealSide(ComputeThread thread, @Nullable Classifier classifier, FeatureCache cache, String judge,
            RealData data, ModelCard card, int samples) {
        this.thread = thread;
        this.classifier = classifier;
        this.data = data;
        var reference = new RealImages(data.test());
        var train = new RealImages(data.train());
        int classes = data.turns(card);
        int[] chosen = train.balanced(samples, classes, Protocol.FLOOR_SEED);
        this.groups = new SampleGroups(samples, Math.max(1, card.classes().size()));
        this.seen = classifier == null
                ? null
                : thread.call(() -> RealFeatures.all(cache, judge, data.test(), classifier));
        Features trained = classifier == null
                ? null
                : thread.call(() -> RealFeatures.balanced(cache, judge, data.train(), classifier, samples, classes,
                        Protocol.FLOOR_SEED));
        this.yardstick = new Yardstick(seen == null ? null : seen.vectors(), reference.values(reference.fitting()),
                card.shape().size() == 1);
        this.floors = yardstick.measure(trained == null ? null : trained.vectors(), train.values(chosen), groups);
    }

    /** Opens what a measurement of {@code samples} samples a setting needs, and measures the floors. */
    static RealSide open(Torch torch, ComputeThread thread, FeatureCache cache, @Nullable ClassifierCheckpoint judge,
            RealData data, ModelCard card, int samples) {
        Classifier classifier = judge == null ? null : thread.call(() -> new Classifier(torch, judge));
        try {
            return new RealSide(thread, classifier, cache, judge == null ? "" : judge.card().weightsSha256(), data,
                    card, samples);
        } catch (RuntimeException e) {
            close(thread, classifier);
            throw e;
        }
    }

    /** Returns a report without a setting. */
    EvaluationReport report(EvaluationIdentity identity, ModelCard card) {
        ClassAccuracy truth = seen == null || data.turns(card) == 0
                ? null
                : seen.accuracy(data.test()::label, card.classes().size());
        var all = new EnumMap<>(floors);
        if (truth != null) {
            all.put(Metric.OWN_CLASS, truth.estimate());
        }
        return new EvaluationReport(identity, card.classes(), data.test().size(), data.notes(), all, truth,
                List.of());
    }

    /** Measures samples. */
    Measurement measure(EvaluationSetting setting, SampleSet samples, ModelCard card, double seconds) {
        Features features = classifier == null ? null : thread.call(() -> samples.features(classifier));
        var metrics = new EnumMap<>(
                yardstick.measure(features == null ? null : features.vectors(), samples.values(), groups));
        ClassAccuracy own = features == null || data.turns(card) == 0
                ? null
                : features.accuracy(samples::label, card.classes().size());
        if (own != null) {
            metrics.put(Metric.OWN_CLASS, own.estimate());
        }
        return new Measurement(setting, seconds, metrics, own);
    }

    @Override
    public void close() {
        close(thread, classifier);
    }

    private static void close(ComputeThread thread, @Nullable Classifier classifier) {
        if (classifier != null) {
            thread.call(() -> {
                classifier.close();
                return true;
            });
        }
    }
}
