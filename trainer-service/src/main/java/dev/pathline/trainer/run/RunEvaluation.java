package dev.pathline.trainer.run;

import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.checkpoint.CheckpointException;
import dev.pathline.engine.checkpoint.TensorData;
import dev.pathline.engine.data.DataException;
import dev.pathline.engine.evaluation.real.FeatureCache;
import dev.pathline.engine.evaluation.real.Fit;
import dev.pathline.engine.evaluation.real.RealData;
import dev.pathline.engine.evaluation.SampleCount;
import dev.pathline.engine.evaluation.TrainingEvaluation;
import dev.pathline.engine.metrics.ClassifierCheckpoint;
import dev.pathline.engine.metrics.Estimate;
import dev.pathline.engine.network.NetworkConfig;
import dev.pathline.engine.script.NumericProfile;
import dev.pathline.engine.torch.Torch;
import dev.pathline.trainer.specification.TrainingSpec;
import dev.pathline.trainer.specification.data.DataSpec;
import dev.pathline.trainer.specification.fields.SpecException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Measures a run's averaged weights now and then. Made before training, where it finds out whether classifier and data
 * fit; the rest is used on the compute thread only.
 */
final class RunEvaluation implements AutoCloseable {

    /** The first word of the names under which a card has what was measured. */
    static final String DISTANCE = "frechetDistance";

    private final Torch torch;
    private final TrainingSpec.Evaluation spec;
    private final ModelCard card;
    private final NetworkConfig config;
    private final NumericProfile profile;
    private final ClassifierCheckpoint judge;
    private final RealData data;
    private @Nullable TrainingEvaluation opened;

    /**
     * @param spec what is measured
     * @param classifiers the folder of classifiers
     * @param own where the run's data is
     * @throws SpecException if the classifier or its data cannot be used for this model
     */
    RunEvaluation(Torch torch, TrainingSpec.Evaluation spec, Path classifiers, ModelCard card, NetworkConfig config,
            NumericProfile profile, DataSpec own) {
        this.torch = torch;
        this.spec = spec;
        this.card = card;
        this.config = config;
        this.profile = profile;
        try {
            requirePictures();
            this.judge = judge(classifiers.resolve(spec.classifier()));
            requireFit();
            this.data = RealData.own(card, judge, own.source(), own.classes())
                    .orElseGet(() -> ofTheClassifier(own));
            requireEnough();
        } catch (RuntimeException e) {
            throw new SpecException("evaluation: " + e.getMessage(), e);
        }
    }

    private void requirePictures() {
        if (card.shape().size() == 1) {
            throw new SpecException(
                    "measures the Frechet distance of images in a classifier's features, and " + card.name()
                            + " makes vectors: leave it out, and measure the finished model with ./pathline evaluate");
        }
    }

    private static ClassifierCheckpoint judge(Path folder) {
        try {
            return ClassifierCheckpoint.read(folder);
        } catch (CheckpointException e) {
            throw new SpecException(
                    e.getMessage() + ": train one on this run's data, with the objective classification,"
                            + " and name it as evaluation.classifier",
                    e);
        }
    }

    private void requireFit() {
        Fit.problem(card, judge).ifPresent(problem -> {
            throw new SpecException(problem + ": train a classifier on this run's data and name it as"
                    + " evaluation.classifier");
        });
    }

    private void requireEnough() {
        int most = data.most(card, spec.samples());
        if (most < spec.samples()) {
            throw new SpecException("samples is " + spec.samples() + ", and there are only " + most
                    + " real images" + (card.conditional() && data.labelled() ? " of balanced classes" : "")
                    + " to compare them with" + (most < TrainingSpec.Evaluation.FEWEST
                            ? ": leave evaluation out, which needs " + TrainingSpec.Evaluation.FEWEST
                                    + ", and measure the finished model with ./pathline evaluate"
                            : ""));
        }
        SampleCount.require(card, data, true, spec.samples());
    }

    /** The run's data are others than the classifier's; its features say something of those that it was tested on. */
    private RealData ofTheClassifier(DataSpec own) {
        try {
            RealData data = RealData.of(new Checkpoint(card, config, Map.of()), judge, null);
            return data.withCaution("Samples are compared with the data of " + judge.card().name() + ", "
                    + judge.card().dataPath() + ", not with this run's, which it was not trained on.");
        } catch (DataException | IllegalArgumentException e) {
            throw new SpecException("classifier " + judge.card().name() + other(own)
                    + ": train one on this run's data and name it as evaluation.classifier, or leave"
                    + " evaluation out", e);
        }
    }

    private String other(DataSpec own) {
        return judge.card().dataPath().equals(own.path())
                ? " was trained on " + own.path() + ", too, but that has changed since, or the two specifications"
                        + " do not read it alike, such as its test samples"
                : " was trained on other data than " + own.path();
    }

    /** Returns what is to be kept in mind of what is measured, each a sentence. */
    List<String> cautions() {
        return data.cautions();
    }

    /** Returns whether a step is one to measure after. */
    boolean isDue(long step) {
        return step % spec.every() == 0;
    }

    /**
     * Tells the listener the distance of these weights; opening what is needed takes some seconds the first time.
     *
     * @return what was measured, by the names that a card has for it
     */
    SortedMap<String, Double> evaluate(long step, Map<String, TensorData> weights, RunListener listener) {
        if (opened == null) {
            opened = TrainingEvaluation.open(torch, judge, data, new FeatureCache(FeatureCache.defaultFolder()), card,
                    spec.samples(), profile);
        }
        Estimate distance = opened.frechetDistance(new Checkpoint(card, config, weights));
        listener.evaluated(step, distance, opened.floor());
        return new TreeMap<>(Map.of(DISTANCE, distance.value(), DISTANCE + "Low", distance.low(), DISTANCE + "High",
                distance.high(), DISTANCE + "Floor", opened.floor().value(), DISTANCE + "Step", (double) step,
                DISTANCE + "Samples", (double) spec.samples()));
    }

    @Override
    public void close() {
        if (opened != null) {
            opened.close();
        }
    }
}
