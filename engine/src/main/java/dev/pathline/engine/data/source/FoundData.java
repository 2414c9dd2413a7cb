package dev.pathline.engine.data.source;

import dev.pathline.engine.data.CifarFiles;
import dev.pathline.engine.data.CsvFile;
import dev.pathline.engine.data.DataException;
import dev.pathline.engine.data.IdxFiles;
import dev.pathline.engine.data.Split;
import dev.pathline.engine.data.images.ImageTarget;
import dev.pathline.engine.data.trajectory.TrajectoryFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Data of which only the place is known: the names of files say of which format they are. */
public final class FoundData {

    private static final String KINDS = "data are a folder of images, of IDX files, of CIFAR's batches or of trajectories, a NumPy array"
            + " (.npy) or vectors as text (.csv)";

    private FoundData() {}

    /**
     * Returns the data at a place: IDX files, CIFAR's and trajectories by their names, any other folder as one of images, files by their
     * endings. Images become of the shape that is wanted; a CSV file is read with commas, or tabs if it is called
     * {@code .tsv}, and a first line of names if it has one, which
     * may be the numbers from 0 that pandas gives the columns of an array: reading it says so.
     *
     * @param shape of a sample
     * @throws DataException if there is nothing, or nothing that can be such samples
     */
    public static DataSource at(Path place, List<Integer> shape) {
        if (Files.isDirectory(place)) {
            return folder(place, shape);
        }
        if (!Files.exists(place)) {
            throw new DataException("there is no file or folder " + place);
        }
        String name = String.valueOf(place.getFileName()).toLowerCase(Locale.ROOT);
        if (Files.isRegularFile(place) && name.endsWith(".npy")) {
            return new DataSource.Npy(new DataSource.Arrays(place.toString(), ""), new DataSource.Arrays("", ""), null,
                    null);
        }
        if (Files.isRegularFile(place) && (name.endsWith(".csv") || name.endsWith(".tsv"))) {
            char separator = name.endsWith(".tsv") ? '\t' : ',';
            return new DataSource.Csv(place.toString(), "",
                    new CsvFile.Format(separator, CsvFile.beginsWithNames(place, separator), ""), null);
        }
        throw new DataException(place + " is none of the files that are known here: " + KINDS);
    }

    /** Test images may be missing, but not one of two files. */
    private static void requireWhole(Path place) {
        for (Split split : Split.values()) {
            List<String> missing = IdxFiles.missing(place, split);
            if (missing.size() == 1 || (split == Split.TRAIN && !missing.isEmpty())) {
                throw new DataException(place + " has IDX files, but neither " + missing.getFirst() + " nor "
                        + missing.getFirst() + ".gz");
            }
        }
    }

    private static DataSource folder(Path place, List<Integer> shape) {
        if (TrajectoryFolder.isOne(place)) {
            return new DataSource.Trajectories(place.toString());
        }
        for (CifarFiles.Variant variant : CifarFiles.Variant.values()) {
            if (CifarFiles.isIn(place, variant, Split.TRAIN) || CifarFiles.isIn(place, variant, Split.TEST)) {
                return new DataSource.Cifar(variant, place.toString());
            }
        }
        if (IdxFiles.isIn(place, Split.TRAIN) || IdxFiles.isIn(place, Split.TEST)) {
            requireWhole(place);
            return new DataSource.Idx(place.toString());
        }
        if (shape.size() != 3 || (shape.getFirst() != 1 && shape.getFirst() != 3)) {
            throw new DataException(place + " is a folder, as of images with 1 or 3 channels, where samples of shape "
                    + shape + " are needed: name a file of them, .npy or .csv");
        }
        return new DataSource.Images(place.toString(),
                new ImageTarget(shape.getFirst(), shape.get(1), shape.get(2)));
    }
}
