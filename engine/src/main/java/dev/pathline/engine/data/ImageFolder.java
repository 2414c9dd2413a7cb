package dev.pathline.engine.data;

import dev.pathline.engine.data.images.ImageKind;
import dev.pathline.engine.data.images.ImageTarget;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * Images in folders, {@code ROOT/CLASS/*.png}, or {@code ROOT/train/CLASS/*.png} and {@code ROOT/test/CLASS/*.png}: files
 * of every {@link ImageKind}, brought to one size. They are decoded once, into a file in a cache folder that is mapped;
 * the next time only the files' names, sizes and times are read.
 *
 * <p>A file that is no image is left out, counted and named. Immutable and safe for concurrent use.
 */
public final class ImageFolder implements Dataset {

    private final ImageDataset images;
    private final Rejected rejected;
    private final List<String> notes;

    private ImageFolder(CachedImages cached, List<String> notes) {
        this.images = cached.images();
        this.rejected = cached.rejected();
        this.notes = notes;
    }

    /**
     * Returns the names of the classes: those of the folders of the training images, in the order of their characters;
     * none where there are no folders.
     *
     * @throws DataException if there is no such folder, or its folders may be parts as well as classes
     */
    public static List<String> classNames(Path root) {
        return ImageFiles.folderNames(SplitFolders.of(root, List.of()).train());
    }

    /**
     * Returns the names of the classes of images whose folder was named itself: those of the folders in it, in the order
     * of their characters.
     *
     * @throws DataException if there is no such folder
     */
    public static List<String> classNamesIn(Path folder) {
        SplitFolders.requireFolder(folder);
        return ImageFiles.folderNames(folder);
    }

    /** Returns whether the folders of the training images are classes of these names, and no others. */
    public static boolean hasClasses(Path root, List<String> classes) {
        SplitFolders.requireFolder(root);
        var wanted = new HashSet<>(classes);
        return new HashSet<>(ImageFiles.folderNames(root)).equals(wanted)
                || new HashSet<>(ImageFiles.folderNames(SplitFolders.of(root, List.of()).train())).equals(wanted);
    }

    /** Returns whether a folder has test images in a folder of their own, beside that of the training images. */
    public static boolean hasTestImages(Path root, List<String> classes) {
        return SplitFolders.of(root, classes).test().isPresent();
    }

    /**
     * Reads one part of the images below a folder, from the cache if they are in it.
     *
     * @param classes the folders' names in the order of their labels; none for images without labels, which lie in the
     *        folder itself
     * @param target what every image becomes
     * @param cache where decoded images are kept; it is made if it is missing
     * @throws DataException if a class has no folder or no image, a folder is no class or may be a part as well, more than
     *         half of the files cannot be used, or the cache cannot be written
     */
    public static ImageFolder read(Path root, Split split, List<String> classes, ImageTarget target, Path cache) {
        SplitFolders parts = SplitFolders.of(root, classes);
        Path folder = split == Split.TRAIN
                ? parts.train()
                : parts.test().orElseThrow(() -> new DataException(root + " has no test images: put them into "
                        + root.resolve("test") + ", beside " + root.resolve("train")
                        + ", or let data.test name their folder"));
        return read(folder, classes, target, cache, parts.notes());
    }

    /** Reads the images of a folder that was named itself: whatever the folders in it are called, they are classes. */
    public static ImageFolder readIn(Path folder, List<String> classes, ImageTarget target, Path cache) {
        SplitFolders.requireFolder(folder);
        return read(folder, classes, target, cache, List.of());
    }

    private static ImageFolder read(Path folder, List<String> classes, ImageTarget target, Path cache,
            List<String> decided) {
        ImageFiles files = ImageFiles.list(folder, classes);
        CachedImages cached = ImageCache.open(cache, folder, files.entries(), target);
        requireEnough(folder, classes, files.entries().size(), cached);
        var notes = new ArrayList<String>();
        if (cached.rejected().count() > 0) {
            notes.add(cached.rejected().count() + " of " + files.entries().size() + " images in " + folder
                    + " cannot be used: " + cached.rejected().listed());
        }
        if (!files.leftOut().isEmpty()) {
            notes.add("files in " + folder + " that are left out: " + files.leftOut().listed());
        }
        notes.addAll(decided);
        ClassOrder.note(classes).ifPresent(notes::add);
        return new ImageFolder(cached, List.copyOf(notes));
    }

    /** Returns the files that could not be used. */
    public Rejected rejected() {
        return rejected;
    }

    @Override
    public List<String> warnings() {
        return notes;
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
