package dev.pathline.engine.data;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The binary versions of CIFAR-10 and CIFAR-100: records of a label, or two, and 3x32x32 bytes, red before green before
 * blue. Files are mapped.
 *
 * <p>Source: Krizhevsky, 'Learning multiple layers of features from tiny images', 2009, and the README of the archives.
 */
public final class CifarFiles {

    private static final List<Integer> SHAPE = List.of(3, 32, 32);
    private static final int IMAGE = 3 * 32 * 32;
    private static final long MAX_NAMES = 1 << 16;

    private CifarFiles() {}

    /** Which of the two it is. */
    public enum Variant {
        /** Ten classes; archive {@code cifar-10-binary.tar.gz}. */
        CIFAR_10("cifar-10-batches-bin", 10, 1, "batches.meta.txt"),
        /** A hundred classes, the fine labels; archive {@code cifar-100-binary.tar.gz}. */
        CIFAR_100("cifar-100-binary", 100, 2, "fine_label_names.txt");

        private final String folder;
        private final int classes;
        private final int labelBytes;
        private final String names;

        Variant(String folder, int classes, int labelBytes, String names) {
            this.folder = folder;
            this.classes = classes;
            this.labelBytes = labelBytes;
            this.names = names;
        }

        private List<String> files(Split split) {
            return switch (this) {
                case CIFAR_10 -> split == Split.TEST
                        ? List.of("test_batch.bin")
                        : IntStream.rangeClosed(1, 5).mapToObj(i -> "data_batch_" + i + ".bin").toList();
                case CIFAR_100 -> List.of(split == Split.TEST ? "test.bin" : "train.bin");
            };
        }
    }

    /** Returns whether a folder, or the archive's folder in it, holds the files of a variant's part. */
    public static boolean isIn(Path folder, Variant variant, Split split) {
        Path files = folder(folder, variant);
        return variant.files(split).stream().allMatch(name -> Files.isRegularFile(files.resolve(name)));
    }

    /**
     * Reads images and labels.
     *
     * @param folder the unpacked archive's folder, or the one that holds it
     * @throws DataException if a file is missing, empty, not of whole records or has a label that is none; the message
     *         names it
     */
    public static ImageDataset read(Path folder, Variant variant, Split split) {
        Path files = folder(folder, variant);
        var blocks = new ArrayList<ImageBlock>();
        var labels = IntStream.builder();
        for (String name : variant.files(split)) {
            blocks.add(block(files.resolve(name), variant, labels));
        }
        return new ImageDataset(SHAPE, blocks, false, labels.build().toArray());
    }

    /**
     * Reads the names of the classes in the order of their labels.
     *
     * @throws DataException if their file is missing or has another number of names
     */
    public static List<String> classNames(Path folder, Variant variant) {
        Path file = folder(folder, variant).resolve(variant.names);
        MappedFiles.requireFile(file);
        try {
            if (Files.size(file) > MAX_NAMES) {
                throw new DataException(file + " has " + Files.size(file) + " bytes, which are no names of classes");
            }
            List<String> names = NameLines.read(file);
            if (names.size() != variant.classes) {
                throw new DataException(file + " has " + names.size() + " names, not " + variant.classes);
            }
            return names;
        } catch (MalformedInputException e) {
            throw new DataException(file + " is not text in UTF-8", e);
        } catch (IOException e) {
            throw MappedFiles.unreadable(file, e);
        }
    }

    private static Path folder(Path given, Variant variant) {
        Path inner = given.resolve(variant.folder);
        return Files.isDirectory(inner) ? inner : given;
    }

    private static ImageBlock block(Path file, Variant variant, IntStream.Builder labels) {
        MemorySegment bytes = MappedFiles.map(file);
        int first = variant.labelBytes;
        int stride = first + IMAGE;
        if (bytes.byteSize() % stride != 0 || bytes.byteSize() / stride > Integer.MAX_VALUE) {
            throw new DataException(file + " has " + bytes.byteSize() + " bytes, which are not whole records of "
                    + stride + ": it is cut short, or another file");
        }
        int count = (int) (bytes.byteSize() / stride);
        for (long i = 0; i < count; i++) {
            int label = Byte.toUnsignedInt(bytes.get(ValueLayout.JAVA_BYTE, i * stride + first - 1));
            if (label >= variant.classes) {
                throw new DataException(file + ": image " + i + " has label " + label + ", but there are "
                        + variant.classes + " classes, counted from 0");
            }
            labels.add(label);
        }
        return new ImageBlock(file.toString(), bytes, first, stride, count);
    }
}
