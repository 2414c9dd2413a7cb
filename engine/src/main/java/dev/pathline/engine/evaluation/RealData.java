package dev.pathline.engine.evaluation;

import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.data.ArrayDataset;
import dev.pathline.engine.data.CifarFiles;
import dev.pathline.engine.data.DataException;
import dev.pathline.engine.data.Dataset;
import dev.pathline.engine.data.IdxFiles;
import dev.pathline.engine.data.NpyFiles;
import dev.pathline.engine.data.Shuffle;
import dev.pathline.engine.data.Split;
import dev.pathline.engine.metrics.ClassifierCheckpoint;
import dev.pathline.engine.network.GaussianMixtureNet;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
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
    /** A file of vectors is cut into halves that have a spread. */
    private static final int FEWEST = 4;
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

    /**
     * Returns the data that a model is trained on, of whatever format, where they are the classifier's, too.
     *
     * @param card the model's
     * @param test opens the test samples
     * @return nothing if the classifier is of other data
     * @throws DataException if the test samples cannot be used
     * @throws IllegalArgumentException if the classifier does not fit the model
     */
    public static Optional<RealData> own(ModelCard card, ClassifierCheckpoint judge, Dataset train,
            Supplier<Dataset> test) {
        Fit.require(card, judge);
        return train.sha256().equals(judge.card().trainSha256())
                ? Optional.of(new RealData(train, test.get())).filter(data -> data.isOf(judge))
                : Optional.empty();
    }

    /** Whether these are the data that a classifier was trained and tested on. */
    private boolean isOf(ClassifierCheckpoint judge) {
        return train.sha256().equals(judge.card().trainSha256()) && test.sha256().equals(judge.card().testSha256());
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
        var data = new RealData(train, test);
        if (judge != null && !data.isOf(judge)) {
            throw new DataException("the images in " + folder + " are not those of the classifier, whose accuracy and"
                    + " distance would mean nothing for them: name its data with --data");
        }
        return data;
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
        Dataset all = NpyFiles.read(file, null, null, null);
        if (all.shape().size() != 1 || all.size() < FEWEST) {
            throw new DataException(file + " has " + all.size() + " samples of shape " + all.shape()
                    + " where vectors are needed, at least " + FEWEST);
        }
        var shuffle = new Shuffle(all.size(), TEST_SEED);
        int half = all.size() / 2;
        return new RealData(part(all, shuffle, half, all.size(), file), part(all, shuffle, 0, half, file));
    }

    private static Dataset part(Dataset all, Shuffle shuffle, int from, int to, Path file) {
        float[] values = new float[(to - from) * all.sampleSize()];
        for (int i = from; i < to; i++) {
            all.copy(shuffle.at(i), values, (i - from) * all.sampleSize());
        }
        return ArrayDataset.ofVectors(all.sampleSize(), values, new int[0], file.toString());
    }
}
