package dev.pathline.engine.data.source;

import dev.pathline.diffusion.model.GaussianMixtureModel.Component;
import dev.pathline.engine.data.CifarFiles;
import dev.pathline.engine.data.CsvFile;
import dev.pathline.engine.data.DataCache;
import dev.pathline.engine.data.DataException;
import dev.pathline.engine.data.Dataset;
import dev.pathline.engine.data.IdxFiles;
import dev.pathline.engine.data.ImageFolder;
import dev.pathline.engine.data.MixtureDataset;
import dev.pathline.engine.data.NpyFiles;
import dev.pathline.engine.data.Split;
import dev.pathline.engine.data.ValueRange;
import dev.pathline.engine.data.images.ImageTarget;
import dev.pathline.engine.data.trajectory.TrajectoryFolder;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Where training data is, and what its format needs to be known. */
public sealed interface DataSource {

    /** Returns the format's name in a specification. */
    String format();

    /** Returns where the data is, for people: a folder, a file, or what makes it. */
    String path();

    /** Returns the files and folders that are read, by their fields' names. */
    default Map<String, String> files() {
        return Map.of("path", path());
    }

    /**
     * Returns whether there are test samples beside the training samples.
     *
     * @param classes the names of the classes; none for data without labels
     * @throws DataException if the data does not tell
     */
    boolean hasTest(List<String> classes);

    /**
     * Reads one part of the data.
     *
     * @param classes the names of the classes; none for data without labels
     * @throws DataException if it cannot be used; the message names the file
     */
    Dataset open(Split split, List<String> classes);

    /**
     * The IDX files of the MNIST family.
     *
     * @param path their folder
     */
    record Idx(String path) implements DataSource {

        @Override
        public String format() {
            return "idx";
        }

        @Override
        public boolean hasTest(List<String> classes) {
            return IdxFiles.isIn(Path.of(path), Split.TEST);
        }

        @Override
        public Dataset open(Split split, List<String> classes) {
            return IdxFiles.read(Path.of(path), split);
        }
    }

    /**
     * The binary version of CIFAR-10 or CIFAR-100.
     *
     * @param variant which of them
     * @param path their folder, or the one above it
     */
    record Cifar(CifarFiles.Variant variant, String path) implements DataSource {

        @Override
        public String format() {
            return switch (variant) {
                case CIFAR_10 -> "cifar-10";
                case CIFAR_100 -> "cifar-100";
            };
        }

        @Override
        public boolean hasTest(List<String> classes) {
            return CifarFiles.isIn(Path.of(path), variant, Split.TEST);
        }

        @Override
        public Dataset open(Split split, List<String> classes) {
            return CifarFiles.read(Path.of(path), variant, split);
        }
    }

    /**
     * Files of images in folders by class.
     *
     * @param path the folder of the folders
     * @param test the folder of the test images' folders; empty where it is to be found beside that of the training images,
     *        if at all. Where it is not, {@code path} has the training images itself.
     * @param target what every image becomes
     */
    record Images(String path, String test, ImageTarget target) implements DataSource {

        /** Images in one folder, which may have parts. */
        public Images(String path, ImageTarget target) {
            this(path, "", target);
        }

        @Override
        public String format() {
            return "images";
        }

        @Override
        public Map<String, String> files() {
            return given("path", path, "test", test);
        }

        /** Returns the folders' names in the order of their characters, which are the classes where no others are given. */
        public List<String> classNames() {
            return test.isEmpty() ? ImageFolder.classNames(Path.of(path)) : ImageFolder.classNamesIn(Path.of(path));
        }

        /** Returns whether the folders of the training images' folder are classes of these names, and no others. */
        public boolean hasFolders(List<String> classes) {
            return test.isEmpty()
                    ? ImageFolder.hasClasses(Path.of(path), classes)
                    : new HashSet<>(ImageFolder.classNamesIn(Path.of(path))).equals(new HashSet<>(classes));
        }

        @Override
        public boolean hasTest(List<String> classes) {
            return !test.isEmpty() || ImageFolder.hasTestImages(Path.of(path), classes);
        }

        @Override
        public Dataset open(Split split, List<String> classes) {
            return test.isEmpty()
                    ? ImageFolder.read(Path.of(path), split, classes, target, DataCache.folder())
                    : ImageFolder.readIn(Path.of(part(split, path, test, "test")), classes, target,
                            DataCache.folder());
        }
    }

    /**
     * Vectors as text.
     *
     * @param path the file of training samples
     * @param test the file of test samples; empty for none
     * @param lines how the files are written
     * @param range which numbers become -1 and 1, or null for numbers as they are
     */
    record Csv(String path, String test, CsvFile.Format lines, @Nullable ValueRange range) implements DataSource {

        @Override
        public String format() {
            return "csv";
        }

        @Override
        public Map<String, String> files() {
            return given("path", path, "test", test);
        }

        @Override
        public boolean hasTest(List<String> classes) {
            return !test.isEmpty();
        }

        @Override
        public Dataset open(Split split, List<String> classes) {
            return CsvFile.read(Path.of(part(split, path, test, "test")), lines, classes, range);
        }
    }

    /**
     * NumPy arrays of vectors or images.
     *
     * @param train the training samples
     * @param test the test samples; its path is empty for none
     * @param layout where the channels are, or null to see it from the shape
     * @param range which numbers become -1 and 1, or null for what the type of the numbers suggests
     */
    record Npy(
            Arrays train,
            Arrays test,
            NpyFiles.@Nullable Layout layout,
            @Nullable ValueRange range) implements DataSource {

        @Override
        public String format() {
            return "npy";
        }

        @Override
        public String path() {
            return train.path();
        }

        @Override
        public Map<String, String> files() {
            return given("path", train.path(), "labels", train.labels(), "test", test.path(), "testLabels",
                    test.labels());
        }

        @Override
        public boolean hasTest(List<String> classes) {
            return !test.path().isEmpty();
        }

        @Override
        public Dataset open(Split split, List<String> classes) {
            String file = part(split, train.path(), test.path(), "test");
            String labels = classes.isEmpty() ? "" : part(split, train.labels(), test.labels(), "testLabels");
            return NpyFiles.read(Path.of(file), labels.isEmpty() ? null : Path.of(labels), layout, range);
        }
    }

    /**
     * The files of samples and of their labels.
     *
     * @param path the file of samples
     * @param labels the file of labels; empty for none
     */
    record Arrays(String path, String labels) {}

    /**
     * Points of a mixture of Gaussians.
     *
     * @param components the Gaussians; each is a class
     * @param size the number of training points, or {@link MixtureDataset#ENDLESS}
     * @param seed of the points
     */
    record Mixture(List<Component> components, int size, long seed) implements DataSource {

        private static final int TEST_SIZE = 10_000;
        /** Turns the seed of the training points into that of the test points. */
        private static final long TEST_SEED = 0x5851F42D4C957F2DL;

        /** Takes a copy. */
        public Mixture {
            components = List.copyOf(components);
        }

        @Override
        public String format() {
            return "mixture";
        }

        @Override
        public Map<String, String> files() {
            return Map.of();
        }

        @Override
        public String path() {
            return "a mixture of " + components.size() + " Gaussians, seed " + seed;
        }

        @Override
        public boolean hasTest(List<String> classes) {
            return true;
        }

        @Override
        public Dataset open(Split split, List<String> classes) {
            return switch (split) {
                case TRAIN -> new MixtureDataset(components, size, seed, !classes.isEmpty());
                case TEST -> new MixtureDataset(components, TEST_SIZE, seed ^ TEST_SEED,
                        !classes.isEmpty());
            };
        }
    }

    /**
     * Trajectories of a teacher; as samples, the last state of each.
     *
     * @param path their folder
     */
    record Trajectories(String path) implements DataSource {

        @Override
        public String format() {
            return "trajectories";
        }

        /**
         * Returns the names of the teacher's classes.
         *
         * @throws DataException if the folder has no trajectories
         */
        public List<String> classNames() {
            return TrajectoryFolder.facts(Path.of(path)).classes();
        }

        @Override
        public boolean hasTest(List<String> classes) {
            return false;
        }

        @Override
        public Dataset open(Split split, List<String> classes) {
            return TrajectoryFolder.open(Path.of(part(split, path, "", "test")));
        }
    }

    private static Map<String, String> given(String... namesAndFiles) {
        var files = new TreeMap<String, String>();
        for (int i = 0; i < namesAndFiles.length; i += 2) {
            if (!namesAndFiles[i + 1].isEmpty()) {
                files.put(namesAndFiles[i], namesAndFiles[i + 1]);
            }
        }
        return files;
    }

    private static String part(Split split, String train, String test, String field) {
        if (split == Split.TRAIN) {
            return train;
        }
        if (test.isEmpty()) {
            throw new DataException("data." + field + " is missing: without it there is nothing to measure on");
        }
        return test;
    }
}
