package dev.pathline.trainer.specification;

import dev.pathline.diffusion.card.SamplingDefaults;
import dev.pathline.engine.checkpoint.StoredType;
import dev.pathline.engine.network.SmallConvNetConfig;
import dev.pathline.engine.script.NumericProfile;
import dev.pathline.engine.script.TrainingProgram.AdamW;
import dev.pathline.engine.training.Budget;
import dev.pathline.engine.training.LearningRate;
import dev.pathline.engine.training.LossLimit;
import dev.pathline.engine.training.MovingAverage;
import dev.pathline.trainer.specification.data.DataSpec;
import dev.pathline.trainer.specification.fields.SpecException;
import dev.pathline.trainer.specification.objective.ObjectiveSpec;
import dev.pathline.trainer.specification.teaching.TeachingSpec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A training specification, checked: what is here can be trained, if the data is there and fits.
 *
 * @param name the model's name, also in requests and as a folder
 * @param description a sentence for people
 * @param data where the training data is
 * @param task the network and what it learns
 * @param teaching the finished models that it begins from and learns from
 * @param learningRate the rate over the run
 * @param optimizer AdamW's constants
 * @param averages the moving averages of the weights; the first is the run's result
 * @param batch samples of one step
 * @param microBatches into how many parts a batch is cut, to need less memory
 * @param budget how long to train
 * @param seed the seed of weights, order, times and noise
 * @param profile how the network computes; master weights stay float32
 * @param snapshotEvery steps between snapshots
 * @param sheetEvery steps between sample sheets, or 0 for none
 * @param lossLimit how far the loss may grow before the run is ended, or null for what suits the objective
 * @param evaluation what is measured of the averaged weights meanwhile, or null for nothing
 * @param store how the finished weights are stored
 * @param defaults what requests get that do not say
 * @param stages the stages of a chain, each a specification of its own that begins from the one before; none for a single run.
 *        Of a chain everything else here is its last stage's
 * @param settings what was read, by full name, defaults included
 * @param source where the specification was read from
 */
public record TrainingSpec(
        String name,
        String description,
        DataSpec data,
        Task task,
        TeachingSpec teaching,
        LearningRate learningRate,
        AdamW optimizer,
        List<MovingAverage> averages,
        int batch,
        int microBatches,
        Budget budget,
        long seed,
        NumericProfile profile,
        long snapshotEvery,
        long sheetEvery,
        @Nullable LossLimit lossLimit,
        @Nullable Evaluation evaluation,
        StoredType store,
        SamplingDefaults defaults,
        List<TrainingSpec> stages,
        SortedMap<String, String> settings,
        Source source) {

    /** Takes copies. */
    public TrainingSpec {
        averages = List.copyOf(averages);
        stages = List.copyOf(stages);
        settings = Collections.unmodifiableSortedMap(new TreeMap<>(settings));
    }

    /**
     * What is measured of the averaged weights during a run: the Frechet distance of their samples.
     *
     * @param every steps between measurements
     * @param samples samples of each
     * @param classifier the name of the classifier in whose features the distance is taken: a folder among the classifiers
     */
    public record Evaluation(long every, int samples, String classifier) {

        /** The fewest samples of a measurement. */
        public static final int FEWEST = 100;
    }

    /** The network and what it learns. */
    public sealed interface Task {

        /**
         * A diffusion model.
         *
         * @param network the network
         * @param objective what it is to predict
         * @param labelDropout the share of rows whose label is dropped, for guidance
         */
        record Denoising(TrainableNetwork network, ObjectiveSpec objective, double labelDropout) implements Task {}

        /**
         * A classifier.
         *
         * @param network the network
         * @param labelSmoothing the share of the target that is spread over all classes
         */
        record Classification(SmallConvNetConfig network, double labelSmoothing) implements Task {}
    }

    /**
     * Where a specification was read from.
     *
     * @param file the file, as it was named
     * @param sha256 the hash of its bytes
     * @param text the specification itself
     */
    public record Source(String file, String sha256, String text) {}

    /**
     * Returns this specification with another of its averages as the run's result. It is the same run: one that is done
     * has all of them in its last snapshot.
     *
     * @param average the average's name, such as {@code power-0.1}
     * @throws SpecException if there is none of that name
     */
    public TrainingSpec withResult(String average) {
        var ordered = new ArrayList<>(averages);
        MovingAverage chosen = averages.stream().filter(known -> known.name().equals(average)).findFirst()
                .orElseThrow(() -> new SpecException("there is no average " + average + "; " + source.file() + " has "
                        + averages.stream().map(MovingAverage::name).collect(Collectors.joining(", "))));
        ordered.remove(chosen);
        ordered.addFirst(chosen);
        return new TrainingSpec(name, description, data, task, teaching, learningRate, optimizer, ordered, batch,
                microBatches,
                budget, seed, profile, snapshotEvery, sheetEvery, lossLimit, evaluation, store, defaults,
                chosen(average),
                settings, source);
    }

    /** The result of a chain is that of its last stage; the others' results are the first of their own averages. */
    private List<TrainingSpec> chosen(String average) {
        if (stages.isEmpty()) {
            return stages;
        }
        var changed = new ArrayList<>(stages);
        changed.set(changed.size() - 1, changed.getLast().withResult(average));
        return changed;
    }

    /** Returns a chain of stages. */
    static TrainingSpec chain(List<TrainingSpec> stages) {
        TrainingSpec last = stages.getLast();
        return new TrainingSpec(last.name, last.description, last.data, last.task, last.teaching, last.learningRate,
                last.optimizer, last.averages, last.batch, last.microBatches, last.budget, last.seed, last.profile,
                last.snapshotEvery, last.sheetEvery, last.lossLimit, last.evaluation, last.store, last.defaults, stages,
                last.settings, last.source);
    }

    /**
     * Returns the number of optimiser steps that the budget pays for, of all stages together; 0 for a budget of time, which
     * nobody knows.
     */
    public long steps() {
        if (!stages.isEmpty()) {
            return stages.stream().mapToLong(TrainingSpec::steps).sum();
        }
        return budget instanceof Budget.Steps(long count) ? count : 0;
    }
}
