package dev.pathline.trainer.evaluation;

import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.npy.Npy;
import dev.pathline.diffusion.npy.NpyArray;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.data.CifarFiles;
import dev.pathline.engine.data.DataException;
import dev.pathline.engine.data.Dataset;
import dev.pathline.engine.data.IdxFiles;
import dev.pathline.engine.data.Shuffle;
import dev.pathline.engine.data.Split;
import dev.pathline.engine.metrics.ClassifierCheckpoint;
import dev.pathline.engine.network.GaussianMixtureNet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What samples are compared with.
 *
 * @param train where the floors come from
 * @param test the reference
 */
public record RealData(Dataset train, Dataset test) {

    /** How large the reference of a closed form is, and the data of its floors. */
    private static final int DRAWS = 10_000;
    private static final long TEST_SEED = 1;
    private static final long TRAIN_SEED = 2;

    /**
     * Returns the real data of a model.
     *
     * @param judge the classifier that judges, whose own data the images must be; null for none
     * @param path a folder of images; for vectors a NumPy file {@code [count, dimension]} that the model was not trained
     *        on. Null for the classifier's own data, or for the closed form where the model is one.
     * @throws DataException if the data cannot be used, or is not the classifier's
     * @throws IllegalArgumentException if nothing says which data, or the classifier or the data does not fit the model
     */
    public static RealData of(Checkpoint model, @Nullable ClassifierCheckpoint judge, @Nullable Path path) {
        if (judge != null) {
            Fit.require(model.card(), judge);
        }
        RealData data = open(model, judge, path);
        if (!data.test.shape().equals(model.card().shape())) {
            throw new IllegalArgumentException("the real data has shape " + data.test.shape() + ", model "
                    + model.card().name() + " makes " + model.card().shape() + ": name its own data with --data");
        }
        return data;
    }

    private static RealData open(Checkpoint model, @Nullable ClassifierCheckpoint judge, @Nullable Path path) {
        if (path == null && judge == null) {
            if (model.config() instanceof GaussianMixtureNet network) {
                var mixture = new MixtureData(model, network);
                return new RealData(mixture.draw(DRAWS, TRAIN_SEED), mixture.draw(DRAWS, TEST_SEED));
            }
            throw new IllegalArgumentException("say what the samples of " + model.card().name()
                    + " are compared with: --data FOLDER for images, --data FILE.npy for vectors");
        }
        Path place = path == null && judge != null ? Path.of(judge.card().dataPath()) : path;
        if (place != null && place.toString().endsWith(".npy")) {
            return vectors(place, model.card());
        }
        return images(place == null ? Path.of("") : place, judge);
    }

    private static RealData images(Path folder, @Nullable ClassifierCheckpoint judge) {
        Dataset train = images(folder, Split.TRAIN);
        Dataset test = images(folder, Split.TEST);
        if (judge != null && !(train.sha256().equals(judge.card().trainSha256())
                && test.sha256().equals(judge.card().testSha256()))) {
            throw new DataException("the images in " + folder + " are not those of the classifier, whose accuracy and"
                    + " distance would mean nothing for them: name its data with --data");
        }
        return new RealData(train, test);
    }

    /** Neither a classifier's card nor a folder says of which format it is, but the files' names do. */
    private static Dataset images(Path folder, Split split) {
        for (CifarFiles.Variant variant : CifarFiles.Variant.values()) {
            if (CifarFiles.isIn(folder, variant)) {
                return CifarFiles.read(folder, variant, split);
            }
        }
        return IdxFiles.read(folder, split);
    }

    /** One half of the file, by chance, is the reference, the other makes the floors. */
    private static RealData vectors(Path file, ModelCard card) {
        if (card.conditional()) {
            throw new IllegalArgumentException(file + " has no classes, and model " + card.name()
                    + " has: its samples cannot be compared class by class");
        }
        NpyArray array;
        try {
            array = Npy.read(file);
        } catch (IOException | IllegalArgumentException e) {
            throw new DataException(file + " cannot be used: " + e.getMessage(), e);
        }
        int[] shape = array.shape();
        if (shape.length != 2 || shape[0] < 4) {
            throw new DataException(
                    file + " has shape " + Arrays.toString(shape) + " where [count, dimension] is needed,"
                            + " with at least 4 vectors");
        }
        var shuffle = new Shuffle(shape[0], TEST_SEED);
        int half = shape[0] / 2;
        return new RealData(part(array, shuffle, half, shape[0]), part(array, shuffle, 0, half));
    }

    private static Dataset part(NpyArray array, Shuffle shuffle, int from, int to) {
        int dimension = array.shape()[1];
        float[] values = new float[(to - from) * dimension];
        int[] labels = new int[to - from];
        Arrays.fill(labels, Dataset.NO_LABEL);
        for (int i = from; i < to; i++) {
            System.arraycopy(array.values(), shuffle.at(i) * dimension, values, (i - from) * dimension, dimension);
        }
        return new VectorData(dimension, values, labels);
    }
}
