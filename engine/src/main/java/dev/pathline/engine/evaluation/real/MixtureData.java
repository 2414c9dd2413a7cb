package dev.pathline.engine.evaluation.real;

import dev.pathline.diffusion.model.GaussianMixtureModel.Component;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.checkpoint.TensorData;
import dev.pathline.engine.data.ArrayDataset;
import dev.pathline.engine.data.Dataset;
import dev.pathline.engine.data.MixtureDataset;
import dev.pathline.engine.network.GaussianMixtureNet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

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
        var rows = new ArrayList<Dataset>();
        for (int row = 0; row < Math.max(1, classes); row++) {
            rows.add(new MixtureDataset(mixture(row), count, seed, false));
        }
        float[] values = new float[count * dimension];
        int[] labels = new int[classes == 0 ? 0 : count];
        for (int i = 0; i < count; i++) {
            int row = i % rows.size();
            rows.get(row).copy(i, values, i * dimension);
            if (classes > 0) {
                labels[i] = row;
            }
        }
        return ArrayDataset.ofVectors(dimension, values, labels, "the closed form");
    }

    /** The components that a class's row gives a share to. */
    private List<Component> mixture(int row) {
        var mixture = new ArrayList<Component>();
        for (int c = 0; c < components; c++) {
            double share = StrictMath.exp(weight(GaussianMixtureNet.LOG_SHARES, row * components + c));
            if (share > 0) {
                var mean = new ArrayList<Double>();
                for (int k = 0; k < dimension; k++) {
                    mean.add(weight(GaussianMixtureNet.MEANS, c * dimension + k));
                }
                mixture.add(new Component(share, mean, weight(GaussianMixtureNet.STDS, c)));
            }
        }
        return mixture;
    }

    private double weight(String name, int index) {
        return Objects.requireNonNull(weights.get(name), name).values()[index];
    }
}
