package dev.pathline.trainer.run;

import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.checkpoint.TensorData;
import dev.pathline.engine.data.Dataset;
import dev.pathline.engine.data.Split;
import dev.pathline.engine.evaluation.FeatureCache;
import dev.pathline.engine.evaluation.RealData;
import dev.pathline.engine.evaluation.TrainingEvaluation;
import dev.pathline.engine.metrics.ClassifierCheckpoint;
import dev.pathline.engine.metrics.Estimate;
import dev.pathline.engine.network.NetworkConfig;
import dev.pathline.engine.script.NumericProfile;
import dev.pathline.engine.torch.Torch;
import dev.pathline.trainer.specification.TrainingSpec;
import dev.pathline.trainer.specification.data.DataReader;
import dev.pathline.trainer.specification.data.DataSpec;
import dev.pathline.trainer.specification.fields.SpecException;
import java.nio.file.Path;
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
     * @param train its training samples
     * @throws SpecException if the classifier or its data cannot be used for this model
     */
    RunEvaluation(Torch torch, TrainingSpec.Evaluation spec, Path classifiers, ModelCard card, NetworkConfig config,
            NumericProfile profile, DataSpec own, Dataset train) {
        this.torch = torch;
        this.spec = spec;
        this.card = card;
        this.config = config;
        this.profile = profile;
        try {
            this.judge = ClassifierCheckpoint.read(classifiers.resolve(spec.classifier()));
            this.data = RealData.own(card, judge, train, () -> DataReader.open(own, Split.TEST)).orElseGet(
                    () -> RealData.of(new Checkpoint(card, config, Map.of()), judge, null));
        } catch (RuntimeException e) {
            throw new SpecException("evaluation: " + e.getMessage(), e);
        }
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
