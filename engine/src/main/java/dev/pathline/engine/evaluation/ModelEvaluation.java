package dev.pathline.engine.evaluation;

import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.plan.SamplingPlan;
import dev.pathline.diffusion.planner.Planner;
import dev.pathline.diffusion.planner.SamplingSettings;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.evaluation.real.FeatureCache;
import dev.pathline.engine.evaluation.real.Fit;
import dev.pathline.engine.evaluation.real.RealData;
import dev.pathline.engine.evaluation.report.EvaluationIdentity;
import dev.pathline.engine.evaluation.report.EvaluationReport;
import dev.pathline.engine.evaluation.report.EvaluationSetting;
import dev.pathline.engine.evaluation.report.Measurement;
import dev.pathline.engine.evaluation.report.Metric;
import dev.pathline.engine.metrics.ClassifierCheckpoint;
import dev.pathline.engine.metrics.SampleGroups;
import dev.pathline.engine.script.NumericProfile;
import dev.pathline.engine.torch.ComputeThread;
import dev.pathline.engine.torch.Torch;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Measures a model by one or more settings: distances of its samples from the real ones, precision and recall, and the
 * share that a classifier calls the class they were asked for, each beside what real samples get.
 */
public final class ModelEvaluation {

    private final Torch torch;
    private final ComputeThread thread;
    private final FeatureCache cache;
    private final EvaluationListener listener;

    /**
     * What to measure with.
     *
     * @param samples how many samples each setting makes, at least {@value SampleGroups#FEWEST_SAMPLES}
     * @param sampling solver, steps, guidance, one for each setting; what is null is the card's default
     * @param seed the seed of the samples
     * @param profile how the model computes
     */
    public record Settings(int samples, List<SamplingSettings> sampling, long seed, NumericProfile profile) {

        /** Takes a copy. */
        public Settings {
            sampling = List.copyOf(sampling);
        }
    }

    /** An evaluation that samples on {@code thread} and keeps what it knows of real images in {@code cache}. */
    public ModelEvaluation(Torch torch, ComputeThread thread, FeatureCache cache, EvaluationListener listener) {
        this.torch = torch;
        this.thread = thread;
        this.cache = cache;
        this.listener = listener;
    }

    /**
     * Measures a model. The listener gets the report after each setting.
     *
     * @param judge the classifier, or null to measure without one
     * @param known what was measured before, or null; its settings are not measured again
     * @return all that is known then, in the order in which it was measured
     * @throws IllegalArgumentException if the model and the classifier have other classes or shapes, a setting is not
     *         accepted, there are too few real samples, or what is known is of something else; the message says what
     */
    public EvaluationReport evaluate(Checkpoint model, @Nullable ClassifierCheckpoint judge, RealData data,
            Settings settings, @Nullable EvaluationReport known) {
        ModelCard card = model.card();
        Map<EvaluationSetting, SamplingPlan> plans = plans(card, settings.sampling());
        if (judge != null) {
            Fit.require(card, judge);
        }
        SampleCount.require(card, data, judge != null, settings.samples());
        EvaluationIdentity identity = identity(card, judge, data, settings);
        if (known != null) {
            requireSame(known.identity(), identity);
        }
        boolean nothingToDo = known != null && plans.keySet().stream().allMatch(s -> known.of(s).isPresent());
        if (known != null && nothingToDo) {
            return known;
        }
        listener.begins("measuring the real data");
        try (var real = RealSide.open(torch, thread, cache, judge, data, card, settings.samples())) {
            EvaluationReport report = known != null ? known.withNotes(data.notes()) : real.report(identity, card);
            int index = 0;
            for (var entry : plans.entrySet()) {
                boolean done = report.of(entry.getKey()).isPresent();
                listener.setting(entry.getKey(), index++, plans.size(), done);
                if (!done) {
                    report = report.with(measure(model, real, entry.getKey(), entry.getValue(), settings));
                    listener.measured(report);
                }
            }
            return report;
        }
    }

    /** Returns what will be measured of samples, in order. */
    public static List<Metric> metrics(ModelCard card, @Nullable ClassifierCheckpoint judge, RealData data) {
        var metrics = new ArrayList<Metric>();
        if (judge != null) {
            metrics.addAll(List.of(Metric.FRECHET, Metric.KERNEL, Metric.PRECISION, Metric.RECALL));
            if (data.turns(card) > 0) {
                metrics.add(Metric.OWN_CLASS);
            }
        }
        metrics.add(Metric.SLICED_WASSERSTEIN);
        if (card.shape().size() == 1) {
            metrics.add(Metric.ENERGY);
        }
        return metrics;
    }

    private Measurement measure(Checkpoint checkpoint, RealSide real, EvaluationSetting setting, SamplingPlan plan,
            Settings settings) {
        long start = System.nanoTime();
        SampleSet samples = thread.call(() -> SampleSet.generate(torch, checkpoint, plan, settings.profile(),
                settings.samples(), settings.seed(), done -> listener.sampled(done, settings.samples())));
        double seconds = (System.nanoTime() - start) / 1e9;
        return real.measure(setting, samples, checkpoint.card(), seconds);
    }

    /** A setting that comes twice is measured once. */
    private static Map<EvaluationSetting, SamplingPlan> plans(ModelCard card, List<SamplingSettings> wanted) {
        var plans = new LinkedHashMap<EvaluationSetting, SamplingPlan>();
        for (SamplingSettings one : wanted) {
            SamplingPlan plan = Planner.plan(card, one);
            plans.put(EvaluationSetting.of(plan, one), plan);
        }
        return plans;
    }

    private static EvaluationIdentity identity(ModelCard card, @Nullable ClassifierCheckpoint judge, RealData data,
            Settings settings) {
        return new EvaluationIdentity(card.version().isEmpty() ? card.name() : card.name() + "@" + card.version(),
                card.weightsSha256(), judge == null ? "none" : judge.card().name(),
                judge == null ? "" : judge.card().weightsSha256(), data.train().sha256(), data.test().sha256(),
                settings.samples(), settings.seed(), settings.profile().name(), Protocol.text());
    }

    private static void requireSame(EvaluationIdentity known, EvaluationIdentity wanted) {
        if (wanted.weightsSha256().isEmpty()) {
            throw new IllegalArgumentException("the card of " + wanted.model()
                    + " has no hash of its weights, so nothing"
                    + " tells whether what is known was measured of them: name another file, or move that one away");
        }
        List<String> differences = known.differences(wanted);
        if (!differences.isEmpty()) {
            throw new IllegalArgumentException("what is known was measured with " + String.join("; ", differences)
                    + ": name another file, or move that one away");
        }
    }
}
