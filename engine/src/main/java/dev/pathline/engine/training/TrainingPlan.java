package dev.pathline.engine.training;

import dev.pathline.engine.script.NumericProfile;
import dev.pathline.engine.script.TrainingProgram.AdamW;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link Trainer} trains.
 *
 * @param budget how long
 * @param learningRate the rate over the run
 * @param optimizer AdamW's constants
 * @param averages the moving averages of the weights, at least one; the first is the run's result unless another is
 *        chosen afterwards
 * @param microBatches into how many parts a batch is cut, to need less memory
 * @param profile how the network computes; master weights stay float32
 * @param seed the seed of weights and batches
 * @param snapshotEvery steps between snapshots
 * @param reportEvery steps between progress reports
 * @param lossLimit how far the loss may grow before the run is ended, or null for what suits the task
 */
public record TrainingPlan(
        Budget budget,
        LearningRate learningRate,
        AdamW optimizer,
        List<MovingAverage> averages,
        int microBatches,
        NumericProfile profile,
        long seed,
        long snapshotEvery,
        long reportEvery,
        @Nullable LossLimit lossLimit) {

    /** A plan whose task knows how far the loss may grow. */
    public TrainingPlan(Budget budget, LearningRate learningRate, AdamW optimizer, List<MovingAverage> averages,
            int microBatches, NumericProfile profile, long seed, long snapshotEvery, long reportEvery) {
        this(budget, learningRate, optimizer, averages, microBatches, profile, seed, snapshotEvery, reportEvery, null);
    }

    /** Takes a copy and checks the ranges. */
    public TrainingPlan {
        averages = List.copyOf(averages);
        if (averages.isEmpty() || microBatches < 1 || snapshotEvery < 1 || reportEvery < 1) {
            throw new IllegalArgumentException("a plan needs an average, and at least 1 for microBatches, snapshotEvery"
                    + " and reportEvery, got " + averages.size() + ", " + microBatches + ", " + snapshotEvery + ", "
                    + reportEvery);
        }
        if (averages.stream().map(MovingAverage::name).distinct().count() < averages.size()) {
            throw new IllegalArgumentException("an average is there twice: " + averages);
        }
    }

    /** Returns this plan with another limit of the loss. */
    public TrainingPlan withLossLimit(@Nullable LossLimit limit) {
        return new TrainingPlan(budget, learningRate, optimizer, averages, microBatches, profile, seed, snapshotEvery,
                reportEvery, limit);
    }
}
