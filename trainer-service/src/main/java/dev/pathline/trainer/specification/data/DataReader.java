package dev.pathline.trainer.specification.data;

import dev.pathline.engine.data.CifarFiles;
import dev.pathline.engine.data.DataException;
import dev.pathline.engine.data.Dataset;
import dev.pathline.engine.data.Split;
import dev.pathline.engine.data.source.DataParts;
import dev.pathline.engine.data.source.DataSource;
import dev.pathline.engine.data.trajectory.TrajectoryFolder;
import dev.pathline.trainer.specification.fields.SpecFields;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads the section {@code data} of a specification, and the data that it names. */
public final class DataReader {

    private static final String CLASSES = "classes";

    private DataReader() {}

    /** Returns what the section says; what is wrong with it is added to its problems. */
    public static DataSpec read(SpecFields data) {
        DataSource source = DataSourceReader.read(data);
        List<String> classes = classes(data, source);
        var result = new DataSpec(source, classes, AugmentationReader.read(data.optionalObject("augmentation")));
        data.refuseOthers();
        return result;
    }

    /**
     * Reads a data set, and checks that each label has a name.
     *
     * @throws DataException if it cannot be used
     */
    public static Dataset open(DataSpec data, Split split) {
        return named(data, data.source().open(split, data.classes()));
    }

    /**
     * Reads the samples that are trained on, and those that are measured on: where there are no test samples, some of the
     * others are kept for it.
     *
     * @throws DataException if they cannot be used
     */
    public static DataParts parts(DataSpec data) {
        DataParts parts = DataParts.open(data.source(), data.classes());
        named(data, parts.train());
        named(data, parts.test());
        return parts;
    }

    private static Dataset named(DataSpec data, Dataset samples) {
        // A mixture's labels are its components, which were counted when the specification was read.
        boolean labelled = !data.classes().isEmpty() && !(data.source() instanceof DataSource.Mixture);
        for (int i = 0; labelled && i < samples.size(); i++) {
            if (samples.label(i) >= data.classes().size()) {
                throw new DataException("sample " + i + " of " + data.path() + " has class " + samples.label(i)
                        + ", but data.classes names " + data.classes().size() + ", counted from 0");
            }
        }
        return samples;
    }

    private static List<String> classes(SpecFields data, DataSource source) {
        return switch (source) {
            case DataSource.Idx _ -> data.texts(CLASSES);
            case DataSource.Cifar cifar -> givenOrFound(data, cifar,
                    path -> CifarFiles.classNames(path, cifar.variant()));
            case DataSource.Images images -> givenOrFound(data, images, _ -> images.classNames());
            case DataSource.Csv csv -> ofLabels(data, !csv.lines().labels().isEmpty());
            case DataSource.Npy npy -> ofLabels(data, !npy.train().labels().isEmpty());
            case DataSource.Mixture mixture -> ofComponents(data, mixture);
            case DataSource.Trajectories made -> ofTeacher(data, made);
        };
    }

    private static List<String> givenOrFound(SpecFields data, DataSource source, Function<Path, List<String>> names) {
        if (data.has(CLASSES)) {
            return data.texts(CLASSES);
        }
        if (source.path().isEmpty()) {
            return List.of();
        }
        try {
            return names.apply(Path.of(source.path()));
        } catch (DataException | InvalidPathException e) {
            data.problem(CLASSES, "is missing, and the data does not tell: " + e.getMessage());
            return List.of();
        }
    }

    private static List<String> ofLabels(SpecFields data, boolean labelled) {
        if (labelled) {
            return data.texts(CLASSES);
        }
        if (data.has(CLASSES)) {
            data.problem(CLASSES, "is there, but data.labels does not say where labels are");
        }
        return List.of();
    }

    /** The labels are the teacher's: other names, or the same in another order, would name them wrongly. */
    private static List<String> ofTeacher(SpecFields data, DataSource.Trajectories made) {
        Path folder = folder(made);
        if (!data.has(CLASSES) && folder != null && TrajectoryFolder.isOne(folder)) {
            // A teacher without classes is no mistake.
            return read(data, made);
        }
        List<String> classes = givenOrFound(data, made, _ -> made.classNames());
        List<String> found = folder != null && TrajectoryFolder.isOne(folder) ? read(data, made) : classes;
        if (!found.equals(classes)) {
            data.problem(CLASSES, "are " + classes + ", but the trajectories in " + made.path() + " have "
                    + (found.isEmpty() ? "none" : found) + ": leave them out");
        }
        return found;
    }

    private static @Nullable Path folder(DataSource.Trajectories made) {
        try {
            return Path.of(made.path());
        } catch (InvalidPathException e) {
            return null;
        }
    }

    private static List<String> read(SpecFields data, DataSource.Trajectories made) {
        try {
            return made.classNames();
        } catch (DataException e) {
            data.problem("path", "has no trajectories that can be used: " + e.getMessage());
            return List.of();
        }
    }

    private static List<String> ofComponents(SpecFields data, DataSource.Mixture mixture) {
        List<String> classes = data.has(CLASSES) ? data.texts(CLASSES) : List.of();
        if (!classes.isEmpty() && classes.size() != mixture.components().size()) {
            data.problem(CLASSES, "has " + classes.size() + " names for " + mixture.components().size()
                    + " components");
        }
        return classes;
    }
}
