package dev.pathline.engine.training;

import dev.pathline.engine.graph.Network;
import dev.pathline.engine.graph.Parameter;
import dev.pathline.engine.script.TrainingProgram.Loss;
import java.util.List;

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

    /** Makes the batch of a step, from 1. Called on one thread. */
    Batch batch(long step);
}
