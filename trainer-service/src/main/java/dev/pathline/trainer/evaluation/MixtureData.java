package dev.pathline.trainer.evaluation;

import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.checkpoint.TensorData;
import dev.pathline.engine.data.Dataset;
import dev.pathline.engine.network.GaussianMixtureNet;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;

/** Draws from the distribution that a closed-form model samples, by the weights of its network. */
final class MixtureData {

    private final Map<String, TensorData> weights;
    private final int classes;
    private final int dimension;
    private final int components;

    /** The mixture of a checkpoint of {@link GaussianMixtureNet}. */
    MixtureData(Checkpoint model, GaussianMixtureNet network) {
        this.weights = model.weights();
        this.classes = model.card().classes().size();
        this.dimension = network.dimension();
        this.components = network.components();
    }

    /** Returns {@code count} draws by a seed; with classes, number {@code i} is of class {@code i mod classes}. */
    Dataset draw(int count, long seed) {
        var random = new SplittableRandom(seed);
        float[] values = new float[count * dimension];
        int[] labels = new int[count];
        for (int i = 0; i < count; i++) {
            labels[i] = classes == 0 ? Dataset.NO_LABEL : i % classes;
            int component = component(Math.max(0, labels[i]), random.nextDouble());
            for (int k = 0; k < dimension; k++) {
                values[i * dimension + k] = (float) (weight(GaussianMixtureNet.MEANS, component * dimension + k)
                        + weight(GaussianMixtureNet.STDS, component) * random.nextGaussian());
            }
        }
        return new VectorData(dimension, values, labels);
    }

    /** The component that the cumulated shares of a class's row reach {@code quantile} of their sum at. */
    private int component(int row, double quantile) {
        double sum = 0;
        for (int c = 0; c < components; c++) {
            sum += share(row, c);
        }
        double left = quantile * sum;
        int component = 0;
        while (component < components - 1 && left >= share(row, component)) {
            left -= share(row, component);
            component++;
        }
        return component;
    }

    private double share(int row, int component) {
        return Math.exp(weight(GaussianMixtureNet.LOG_SHARES, row * components + component));
    }

    private double weight(String name, int index) {
        return Objects.requireNonNull(weights.get(name), name).values()[index];
    }
}
