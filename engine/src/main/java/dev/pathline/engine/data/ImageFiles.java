package dev.pathline.engine.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which image files a folder has, and of which class each is. Names that begin with a dot are not looked at. */
final class ImageFiles {

    private static final List<String> ENDINGS = List.of(".png", ".jpg", ".jpeg");
    private static final String TRAIN = "train";
    private static final String TEST = "test";
    /** What else may lie beside a folder of training images without being a class. */
    private static final Set<String> OTHER_SPLITS = Set.of("val", "valid", "validation");

    private ImageFiles() {}

    /**
     * A file.
     *
     * @param path where it is
     * @param name from the folder on, with slashes
     * @param label its class, or {@link Dataset#NO_LABEL}
     * @param size in bytes
     * @param modified when it was changed, in milliseconds
     */
    record Entry(Path path, String name, int label, long size, long modified) {}

    /** Returns the folder of one part: ROOT itself has the training images unless they are in ROOT/train. */
    static Path folder(Path root, Split split) {
        if (!Files.isDirectory(root)) {
            throw new DataException(Files.exists(root) ? root + " is not a folder" : "there is no folder " + root);
        }
        Set<String> names = subfolders(root).stream().map(ImageFiles::name).collect(Collectors.toSet());
        boolean parts = names.contains(TRAIN) && names.stream().allMatch(
                name -> name.equals(TRAIN) || name.equals(TEST) || OTHER_SPLITS.contains(name));
        if (split == Split.TRAIN) {
            return parts ? root.resolve(TRAIN) : root;
        }
        if (!parts || !names.contains(TEST)) {
            throw new DataException(root + " has no test images: put them into " + root.resolve(TEST)
                    + ", beside " + root.resolve(TRAIN));
        }
        return root.resolve(TEST);
    }

    /** Returns the names of the folders in a folder, in the order of their characters. */
    static List<String> classNames(Path folder) {
        return subfolders(folder).stream().map(ImageFiles::name).toList();
    }

    /**
     * Lists the files of all classes, in an order that depends on their names alone.
     *
     * @param classes the folders' names in the order of their labels; none where the folder has images without classes
     */
    static List<Entry> list(Path folder, List<String> classes) {
        if (classes.isEmpty()) {
            return entries(folder, folder, Dataset.NO_LABEL, 1);
        }
        for (String found : classNames(folder)) {
            if (!classes.contains(found)) {
                throw new DataException(folder + " has a folder '" + found + "', which is none of the classes "
                        + classes);
            }
        }
        var all = new ArrayList<Entry>();
        for (int label = 0; label < classes.size(); label++) {
            Path of = folder.resolve(classes.get(label));
            if (!Files.isDirectory(of)) {
                throw new DataException("class '" + classes.get(label) + "' has no folder " + of);
            }
            all.addAll(entries(folder, of, label, Integer.MAX_VALUE));
        }
        return all;
    }

    private static List<Entry> entries(Path root, Path folder, int label, int depth) {
        try (Stream<Path> files = Files.walk(folder, depth, FileVisitOption.FOLLOW_LINKS)) {
            List<Entry> entries = files
                    .filter(file -> isImage(file) && !hidden(folder.relativize(file)) && Files.isRegularFile(file))
                    .map(file -> entry(root, file, label)).sorted(Comparator.comparing(Entry::name)).toList();
            if (entries.isEmpty()) {
                throw new DataException(folder + " has no images, files that end with " + String.join(", ", ENDINGS));
            }
            return entries;
        } catch (IOException e) {
            throw MappedFiles.unreadable(folder, e);
        } catch (UncheckedIOException e) {
            throw new DataException(folder + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static Entry entry(Path root, Path file, int label) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            String name = root.relativize(file).toString().replace(root.getFileSystem().getSeparator(), "/");
            return new Entry(file, name, label, attributes.size(), attributes.lastModifiedTime().toMillis());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> subfolders(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> Files.isDirectory(file) && !name(file).startsWith("."))
                    .sorted(Comparator.comparing(ImageFiles::name)).toList();
        } catch (IOException e) {
            throw MappedFiles.unreadable(folder, e);
        }
    }

    private static boolean isImage(Path file) {
        String name = name(file).toLowerCase(Locale.ROOT);
        return ENDINGS.stream().anyMatch(name::endsWith);
    }

    private static boolean hidden(Path relative) {
        for (Path part : relative) {
            if (part.toString().startsWith(".")) {
                return true;
            }
        }
        return false;
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }
}
