package dev.pathline.engine.data;

import dev.pathline.engine.data.images.ImageTarget;
import java.nio.file.Path;
import java.util.List;

/**
 * Images in folders, {@code ROOT/CLASS/*.png}, or {@code ROOT/train/CLASS/*.png} and {@code ROOT/test/CLASS/*.png}: PNG
 * and JPEG, brought to one size. They are decoded once, into a file in a cache folder that is mapped; the next time only
 * the files' names, sizes and times are read.
 *
 * <p>A file that is no image is left out, counted and named. Immutable and safe for concurrent use.
 */
public final class ImageFolder implements Dataset {

    private final Path folder;
    private final ImageDataset images;
    private final Rejected rejected;

    private ImageFolder(Path folder, CachedImages cached) {
        this.folder = folder;
        this.images = cached.images();
        this.rejected = cached.rejected();
    }

    /**
     * Returns the names of the classes: those of the folders of the training images, in the order of their characters;
     * none where there are no folders.
     *
     * @throws DataException if there is no such folder
     */
    public static List<String> classNames(Path root) {
        return ImageFiles.classNames(ImageFiles.folder(root, Split.TRAIN));
    }

    /**
     * Reads images, from the cache if they are in it.
     *
     * @param classes the folders' names in the order of their labels; none for images without labels, which lie in the
     *        folder itself
     * @param target what every image becomes
     * @param cache where decoded images are kept; it is made if it is missing
     * @throws DataException if a class has no folder or no image, a folder is no class, more than half of the files cannot
     *         be used, or the cache cannot be written
     */
    public static ImageFolder read(Path root, Split split, List<String> classes, ImageTarget target, Path cache) {
        Path folder = ImageFiles.folder(root, split);
        List<ImageFiles.Entry> files = ImageFiles.list(folder, classes);
        CachedImages cached = ImageCache.open(cache, folder, files, target);
        requireEnough(folder, classes, files.size(), cached);
        return new ImageFolder(folder, cached);
    }

    /** Returns the files that could not be used. */
    public Rejected rejected() {
        return rejected;
    }

    @Override
    public List<String> warnings() {
        return rejected.count() == 0
                ? List.of()
                : List.of(rejected.count() + " of " + (rejected.count() + size()) + " images in " + folder
                        + " cannot be used: " + rejected.listed());
    }

    @Override
    public int size() {
        return images.size();
    }

    @Override
    public List<Integer> shape() {
        return images.shape();
    }

    @Override
    public int label(int index) {
        return images.label(index);
    }

    @Override
    public void copy(int index, float[] target, int offset) {
        images.copy(index, target, offset);
    }

    @Override
    public double standardDeviation() {
        return images.standardDeviation();
    }

    @Override
    public String sha256() {
        return images.sha256();
    }

    private static void requireEnough(Path folder, List<String> classes, int files, CachedImages cached) {
        Rejected rejected = cached.rejected();
        if (rejected.count() > files / 2) {
            throw tooMany(folder, rejected, files);
        }
        int[] counts = new int[classes.size()];
        for (int i = 0; i < cached.images().size() && counts.length > 0; i++) {
            counts[cached.images().label(i)]++;
        }
        for (int label = 0; label < counts.length; label++) {
            if (counts[label] == 0) {
                throw new DataException("no image of class '" + classes.get(label) + "' in " + folder
                        + " can be used: " + rejected.listed());
            }
        }
    }

    /** Says that a folder has hardly anything that can be used. */
    static DataException tooMany(Path folder, Rejected rejected, int files) {
        return new DataException(rejected.count() + " of " + files + " images in " + folder + " cannot be used: "
                + rejected.listed());
    }
}
