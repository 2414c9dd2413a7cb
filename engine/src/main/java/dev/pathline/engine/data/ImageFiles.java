package dev.pathline.engine.data;

import dev.pathline.engine.data.LeftOut.Reason;
import dev.pathline.engine.data.images.ImageKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Which image files a folder has, of which class each is, and which other files it has. */
final class ImageFiles {

    private static final List<String> ENDINGS = ImageKind.endings();

    private final Path folder;
    private final List<String> classes;
    private final List<Entry> entries = new ArrayList<>();
    private final LeftOut leftOut = new LeftOut();

    private ImageFiles(Path folder, List<String> classes) {
        this.folder = folder;
        this.classes = classes;
    }

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

    /** Returns the names of the folders in a folder that may be classes, in the order of their characters. */
    static List<String> folderNames(Path folder) {
        return children(folder).stream().filter(Files::isDirectory).map(ImageFiles::name)
                .filter(name -> !Clutter.is(name)).sorted().toList();
    }

    /**
     * Lists the files of all classes, in an order that depends on their names alone.
     *
     * @param classes the folders' names in the order of their labels; none where the folder has images without classes
     * @throws DataException if a folder is no class, a class has no folder or no image, or a folder cannot be read
     */
    static ImageFiles list(Path folder, List<String> classes) {
        var files = new ImageFiles(folder, classes);
        try {
            if (classes.isEmpty()) {
                files.addAll(folder, Dataset.NO_LABEL, 1);
            } else {
                files.addClasses();
            }
            return files;
        } catch (UncheckedIOException e) {
            throw new DataException(folder + " cannot be read: " + e.getMessage(), e);
        }
    }

    List<Entry> entries() {
        return entries;
    }

    LeftOut leftOut() {
        return leftOut;
    }

    /** Returns whether a folder has an image that lies in itself, in no folder of it. */
    static boolean hasImages(Path folder) {
        return children(folder).stream().anyMatch(file -> isImage(file) && Files.isRegularFile(file));
    }

    private void addClasses() {
        for (Path child : children(folder)) {
            String name = name(child);
            if (!Files.isDirectory(child)) {
                note(child);
            } else if (Clutter.is(name)) {
                leftOut.add(Reason.CLUTTER, name);
            } else if (!classes.contains(name)) {
                throw new DataException(folder + " has a folder '" + name + "', which is none of the classes "
                        + classes);
            }
        }
        for (int label = 0; label < classes.size(); label++) {
            Path of = classFolder(classes.get(label));
            if (!Files.isDirectory(of)) {
                throw new DataException("class '" + classes.get(label) + "' has no folder " + of);
            }
            addAll(of, label, Integer.MAX_VALUE);
        }
    }

    private Path classFolder(String name) {
        try {
            return folder.resolve(name);
        } catch (InvalidPathException e) {
            throw new DataException("class '" + name + "' cannot be the name of a folder here (" + e.getReason()
                    + "); where it has letters beyond ASCII, start with the environment variable LC_ALL=C.UTF-8", e);
        }
    }

    private void addAll(Path of, int label, int depth) {
        int before = entries.size();
        try {
            Files.walkFileTree(of, EnumSet.of(FileVisitOption.FOLLOW_LINKS), depth, new Collector(of, label));
        } catch (IOException e) {
            throw MappedFiles.unreadable(of, e);
        }
        if (entries.size() == before) {
            throw new DataException(of + " has no images, files that end with " + String.join(", ", ENDINGS)
                    + (leftOut.isEmpty() ? "" : "; it has " + leftOut.listed()));
        }
        entries.subList(before, entries.size()).sort(Comparator.comparing(Entry::name));
    }

    /** Takes the images of a folder; a link back to where one came from is left out, as everything below it is there. */
    private final class Collector extends SimpleFileVisitor<Path> {

        private final Path of;
        private final int label;

        Collector(Path of, int label) {
            this.of = of;
            this.label = label;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (!Clutter.isIn(of.relativize(file)) && isImage(file) && Files.isRegularFile(file)) {
                entries.add(entry(file, label));
            } else if (!Files.isDirectory(file)) {
                note(file);
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (!(e instanceof FileSystemLoopException)) {
                throw e;
            }
            leftOut.add(Reason.LOOP, relative(file));
            return FileVisitResult.CONTINUE;
        }
    }

    /** Keeps the name of a file that is none of the images, with the reason. */
    private void note(Path file) {
        String name = relative(file);
        if (Clutter.isIn(folder.relativize(file))) {
            leftOut.add(Reason.CLUTTER, name);
        } else if (!Files.exists(file)) {
            leftOut.add(Reason.DANGLING_LINK, name);
        } else {
            leftOut.add(isImage(file) ? Reason.BESIDE_CLASSES : Reason.OTHER_KIND, name);
        }
    }

    private Entry entry(Path file, int label) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new Entry(file, relative(file), label, attributes.size(),
                    attributes.lastModifiedTime().toMillis());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String relative(Path file) {
        return folder.relativize(file).toString().replace(folder.getFileSystem().getSeparator(), "/");
    }

    private static List<Path> children(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted(Comparator.comparing(ImageFiles::name)).toList();
        } catch (IOException e) {
            throw MappedFiles.unreadable(folder, e);
        }
    }

    private static boolean isImage(Path file) {
        String name = name(file).toLowerCase(Locale.ROOT);
        return ENDINGS.stream().anyMatch(name::endsWith);
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }
}
