package dev.pathline.engine.training;

import dev.pathline.engine.data.Dataset;
import dev.pathline.engine.data.Shuffle;
import dev.pathline.engine.graph.Network;
import java.util.SplittableRandom;

/** What tasks on a data set have in common: a network that takes its samples, and an endless shuffled stream of them. */
abstract sealed class DatasetTask implements TrainingTask permits DenoisingTask, ClassificationTask {

    private final Network network;
    private final Dataset data;
    private final Shuffle shuffle;
    private final int batchSize;
    private final long seed;

    /** @throws IllegalArgumentException if the network takes samples of another shape */
    DatasetTask(Network network, Dataset data, int batchSize, long seed) {
        if (!network.inputs().getFirst().shape().equals(data.shape())) {
            throw new IllegalArgumentException("the network takes samples of shape "
                    + network.inputs().getFirst().shape() + ", the data has " + data.shape());
        }
        this.network = network;
        this.data = data;
        this.shuffle = new Shuffle(data.size(), seed);
        this.batchSize = batchSize;
        this.seed = seed;
    }

    /** @throws IllegalArgumentException if the data has no labels */
    final void requireLabels() {
        if (data.label(0) == Dataset.NO_LABEL) {
            throw new IllegalArgumentException("the network needs classes, but the data has no labels");
        }
    }

    @Override
    public final Network network() {
        return network;
    }

    @Override
    public final int batchSize() {
        return batchSize;
    }

    @Override
    public final String dataHash() {
        return data.sha256();
    }

    /** Returns the data set. */
    final Dataset data() {
        return data;
    }

    /** Returns the step's own random stream. */
    final SplittableRandom random(long step) {
        return new SplittableRandom(StepSeed.of(seed, step));
    }

    /** Returns which sample is in a place of a step's batch. */
    final int index(long step, int place) {
        return shuffle.at((step - 1) * batchSize + place);
    }
}
