package dev.pathline.engine.data;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * The IDX format of the MNIST family: four files in a folder. Plain files are mapped, gzipped ones unpacked into memory.
 */
public final class IdxFiles {

    private static final int IMAGES_MAGIC = 0x0803;
    private static final int LABELS_MAGIC = 0x0801;
    private static final String IMAGES = "-images-idx3-ubyte";
    private static final String LABELS = "-labels-idx1-ubyte";
    private static final int MAX_UNPACKED = 1 << 30;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private IdxFiles() {}

    /** What is behind a header. */
    private record Body(MemorySegment file, List<Integer> dims) {

        long start() {
            return Integer.BYTES * (1L + dims.size());
        }

        long size() {
            return dims.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
        }
    }

    /**
     * Reads images and labels.
     *
     * @param folder holds {@code train-images-idx3-ubyte[.gz]} and its siblings, {@code t10k-} for the test set
     * @throws DataException if a file is missing, cut short or of another format; the message names it
     */
    public static ImageDataset read(Path folder, Split split) {
        Path images = find(folder, prefix(split) + IMAGES);
        Path labels = find(folder, prefix(split) + LABELS);
        Body pixels = body(images, IMAGES_MAGIC, 3);
        Body classes = body(labels, LABELS_MAGIC, 1);
        List<Integer> dims = pixels.dims();
        int count = dims.getFirst();
        if (count != classes.dims().getFirst()) {
            throw new DataException(images + " has " + count + " images, but " + labels + " has "
                    + classes.dims().getFirst() + " labels");
        }
        long imageSize = pixels.size() / count;
        if (imageSize > MAX_UNPACKED) {
            throw new DataException(images + " claims images of " + dims.get(1) + "x" + dims.get(2) + " pixels");
        }
        int[] indices = new int[count];
        for (int i = 0; i < count; i++) {
            indices[i] = Byte.toUnsignedInt(classes.file().get(ValueLayout.JAVA_BYTE, classes.start() + i));
        }
        var block = new ImageBlock(images.toString(), pixels.file(), pixels.start(), imageSize, count);
        return new ImageDataset(List.of(1, dims.get(1), dims.get(2)), List.of(block), false, indices);
    }

    /** Returns whether a folder has files of a part, by the names that they have in this format: images, labels or both. */
    public static boolean isIn(Path folder, Split split) {
        return missing(folder, split).size() < 2;
    }

    /** Returns the names of the files of a part that a folder lacks, without {@code .gz}. */
    public static List<String> missing(Path folder, Split split) {
        return Stream.of(prefix(split) + IMAGES, prefix(split) + LABELS)
                .filter(name -> found(folder, name).isEmpty()).toList();
    }

    private static String prefix(Split split) {
        return switch (split) {
            case TRAIN -> "train";
            case TEST -> "t10k";
        };
    }

    private static Path find(Path folder, String name) {
        return found(folder, name).orElseThrow(() -> new DataException("neither " + folder.resolve(name) + " nor "
                + name + ".gz exists; for Fashion-MNIST install the Debian package dataset-fashion-mnist"));
    }

    private static Optional<Path> found(Path folder, String name) {
        return Stream.of(name, name + ".gz").map(folder::resolve).filter(Files::isRegularFile).findFirst();
    }

    private static Body body(Path file, int magic, int dimensions) {
        MemorySegment bytes = file.toString().endsWith(".gz") ? unpacked(file) : MappedFiles.map(file);
        if (bytes.byteSize() < Integer.BYTES * (1L + dimensions)) {
            throw new DataException(file + " is cut short: it has " + bytes.byteSize() + " bytes");
        }
        int found = bytes.get(INT, 0);
        if (found != magic) {
            throw new DataException(String.format("%s is not an IDX file of this kind: it starts with %08x where"
                    + " %08x was expected", file, found, magic));
        }
        Integer[] dims = new Integer[dimensions];
        Arrays.setAll(dims, i -> bytes.get(INT, Integer.BYTES * (1L + i)));
        return whole(file, new Body(bytes, List.of(dims)));
    }

    private static Body whole(Path file, Body body) {
        String claim = body.dims().stream().map(String::valueOf).collect(Collectors.joining("x"));
        long given = body.file().byteSize() - body.start();
        long size;
        try {
            size = body.size();
        } catch (ArithmeticException e) {
            throw new DataException(file + " claims " + claim + " bytes", e);
        }
        if (body.dims().stream().anyMatch(dim -> dim <= 0)) {
            throw new DataException(file + " claims " + claim + " bytes: every dimension must be at least 1");
        }
        if (given < size) {
            throw new DataException(file + " is cut short: its header claims " + claim + " bytes, it has " + given);
        }
        if (given > size) {
            throw new DataException(file + " has more than the " + size + " bytes that its header claims");
        }
        return body;
    }

    private static MemorySegment unpacked(Path file) {
        try (InputStream raw = Files.newInputStream(file);
                var in = new GZIPInputStream(new BufferedInputStream(raw, 1 << 16), 1 << 16)) {
            // Grows with what is there; reading to the end also makes the stream compare its checksum.
            byte[] bytes = in.readNBytes(MAX_UNPACKED + 1);
            if (bytes.length > MAX_UNPACKED) {
                throw new DataException(file + " is more than " + MAX_UNPACKED + " bytes when unpacked: unpack it with"
                        + " gunzip, plain files are not read into memory");
            }
            return MemorySegment.ofArray(bytes);
        } catch (EOFException e) {
            throw new DataException(file + " is cut short", e);
        } catch (ZipException e) {
            throw new DataException(file + " is not a whole gzip file: " + e.getMessage(), e);
        } catch (IOException e) {
            throw MappedFiles.unreadable(file, e);
        }
    }
}
