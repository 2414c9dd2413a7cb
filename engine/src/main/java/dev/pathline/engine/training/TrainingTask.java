package dev.pathline.engine.training;

import dev.pathline.engine.graph.Network;
import dev.pathline.engine.graph.Parameter;
import dev.pathline.engine.script.TrainingProgram.Loss;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link Trainer} trains: a network, a loss, and batches that are a pure function of the step's number. Because
 * they are, a resumed run sees the same numbers as one that was never interrupted.
 */
public sealed interface TrainingTask permits DatasetTask {

    /** Returns the network. */
    Network network();

    /** Returns the parameters that the finished model has; a network may have more of them for training alone. */
    default List<Parameter> delivered() {
        return network().parameters();
    }

    /** Returns the loss. */
    Loss loss();

    /** Returns how far its loss may grow, where the plan does not say. */
    default LossLimit lossLimit() {
        return LossLimit.DEFAULT;
    }

    /** Returns the number of samples of a batch. */
    int batchSize();

    /** Returns a hash of the data; a run is not resumed on other data. */
    String dataHash();

    /** Returns the model that targets are taken from, or null. */
    default @Nullable Teacher teacher() {
        return null;
    }

    /** Returns the average of the weights that targets are taken from, or null. */
    default @Nullable MovingAverage targetAverage() {
        return null;
    }

    /** Returns by name the values of the network's conditions that stand for none. */
    default Map<String, Long> noConditions() {
        return Map.of();
    }

    /**
     * Makes the batch of a step. Called on one thread.
     *
     * @param step the step's number, from 1
     * @param microBatches into how many parts the batch will be cut
     */
    Batch batch(long step, int microBatches);
}
