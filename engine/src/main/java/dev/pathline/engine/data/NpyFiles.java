package dev.pathline.engine.data;

import dev.pathline.diffusion.npy.NpyHeader;
import dev.pathline.diffusion.npy.NpyType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Samples in NumPy's files: vectors {@code [N, D]}, grey images {@code [N, H, W]}, images {@code [N, C, H, W]} or
 * {@code [N, H, W, C]}, of any size of numbers; labels {@code [N]} or
 * {@code [N, 1]} of whole numbers in a file of their own. Files are
 * mapped.
 */
public final class NpyFiles {

    private static final List<Integer> COMMON_CHANNELS = List.of(1, 3);

    private NpyFiles() {}

    /** In which order an array of four dimensions has them. */
    public enum Layout {
        /** {@code [N, C, H, W]}. */
        NCHW,
        /** {@code [N, H, W, C]}. */
        NHWC
    }

    /** A mapped array. */
    private record Mapped(Path file, MemorySegment bytes, List<Integer> shape, NpyType type, ByteOrder order) {

        int count() {
            return shape.getFirst();
        }
    }

    /**
     * Reads samples.
     *
     * @param labels a file of labels, or null for none
     * @param layout the order of four dimensions; null to take the one in which there are 1 or 3 channels
     * @param range which numbers become -1 and 1; null for 0 and 255 in images of bytes, and for numbers as they are in
     *        all else
     * @throws DataException if a file is no whole array, does not fit the other, or has numbers that cannot be used; the
     *         message names it
     */
    public static Dataset read(Path file, @Nullable Path labels, @Nullable Layout layout, @Nullable ValueRange range) {
        Mapped array = map(file);
        int[] indices = labels == null ? new int[0] : labels(map(labels), array);
        boolean last = channelsLast(array, layout);
        List<Integer> shape = sampleShape(array, last);
        int sampleSize = sampleSize(array);
        if (shape.size() == 3 && array.type() == NpyType.U1 && range == null) {
            var block = new ImageBlock(file.toString(), array.bytes(), 0, sampleSize, array.count());
            return new ImageDataset(shape, List.of(block), last, indices);
        }
        Values values = last ? channelsFirst(array, shape, sampleSize) : values(array, sampleSize);
        return new ArrayDataset(shape, array.count(),
                range == null ? values : Values.scaled(values, sampleSize, range), indices, file.toString(), List.of());
    }

    /**
     * Reads labels alone.
     *
     * @param count how many there must be
     * @throws DataException if the file is no array of so many whole numbers from 0; the message names it
     */
    public static int[] readLabels(Path file, int count) {
        Mapped labels = map(file);
        if (labels.count() != count) {
            throw new DataException(file + " has shape " + labels.shape() + ", but " + count + " labels are needed");
        }
        return indices(labels);
    }

    private static Mapped map(Path file) {
        MemorySegment bytes = MappedFiles.map(file);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            NpyHeader header = NpyHeader.read(channel);
            header.requireWhole(bytes.byteSize());
            if (header.fortranOrder() && header.shape().size() > 1) {
                throw new IllegalArgumentException("its first index is the fastest; save"
                        + " numpy.ascontiguousarray(x)");
            }
            if (header.shape().isEmpty()) {
                throw new IllegalArgumentException("it is a single number");
            }
            return new Mapped(file, bytes.asSlice(header.dataStart()), header.shape(), NpyType.of(header.type()),
                    NpyType.order(header.type()));
        } catch (IllegalArgumentException e) {
            throw new DataException(file + " is not a usable NumPy array: " + e.getMessage(), e);
        } catch (IOException e) {
            throw MappedFiles.unreadable(file, e);
        }
    }

    private static int sampleSize(Mapped array) {
        long size = array.shape().stream().skip(1).mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
        if (size * array.type().bytes() > Integer.MAX_VALUE) {
            throw new DataException(array.file() + " has samples of " + size + " numbers: more than 2 GiB each");
        }
        return (int) size;
    }

    private static boolean channelsLast(Mapped array, @Nullable Layout layout) {
        if (array.shape().size() != 4) {
            if (layout != null) {
                throw new DataException(array.file() + " has shape " + array.shape()
                        + ": a layout is for four dimensions");
            }
            return false;
        }
        if (layout != null) {
            return layout == Layout.NHWC;
        }
        boolean first = COMMON_CHANNELS.contains(array.shape().get(1));
        boolean last = COMMON_CHANNELS.contains(array.shape().get(3));
        if (first == last) {
            throw new DataException(array.file() + " has shape " + array.shape()
                    + ", which does not show where its channels are: give the layout, nchw or nhwc");
        }
        return last;
    }

    private static List<Integer> sampleShape(Mapped array, boolean last) {
        List<Integer> shape = array.shape();
        return switch (shape.size()) {
            case 2 -> List.of(shape.get(1));
            case 3 -> List.of(1, shape.get(1), shape.get(2));
            case 4 -> last
                    ? List.of(shape.get(3), shape.get(1), shape.get(2))
                    : List.of(shape.get(1), shape.get(2), shape.get(3));
            default -> throw new DataException(array.file() + " has shape " + shape
                    + "; samples are [N, D], [N, H, W], [N, C, H, W] or [N, H, W, C]");
        };
    }

    private static Values values(Mapped array, int sampleSize) {
        long bytes = (long) sampleSize * array.type().bytes();
        return (index, target, offset) -> MappedFiles.reading(array.file().toString(), () -> {
            ByteBuffer buffer = array.bytes().asSlice(index * bytes, bytes).asByteBuffer().order(array.order());
            for (int i = 0; i < sampleSize; i++) {
                target[offset + i] = array.type().read(buffer);
            }
        });
    }

    private static Values channelsFirst(Mapped array, List<Integer> shape, int sampleSize) {
        Values stored = values(array, sampleSize);
        int channels = shape.getFirst();
        int plane = sampleSize / channels;
        return (index, target, offset) -> {
            float[] sample = new float[sampleSize];
            stored.read(index, sample, 0);
            for (int i = 0; i < sampleSize; i++) {
                target[offset + i % channels * plane + i / channels] = sample[i];
            }
        };
    }

    private static int[] labels(Mapped labels, Mapped samples) {
        if (labels.count() != samples.count()) {
            throw new DataException(labels.file() + " has shape " + labels.shape() + ", but " + samples.file()
                    + " has " + samples.count() + " samples");
        }
        return indices(labels);
    }

    private static int[] indices(Mapped labels) {
        if (labels.shape().stream().skip(1).anyMatch(size -> size != 1)) {
            throw new DataException(labels.file() + " has shape " + labels.shape() + "; labels are [N] or [N, 1]: of a"
                    + " row for each sample, save y.argmax(axis=1)");
        }
        Values values = values(labels, 1);
        int[] indices = new int[labels.count()];
        float[] value = new float[1];
        for (int i = 0; i < indices.length; i++) {
            values.read(i, value, 0);
            indices[i] = (int) value[0];
            if (indices[i] < 0 || indices[i] != value[0]) {
                throw new DataException(labels.file() + ": label " + i + ", counted from 0, is " + value[0]
                        + ", not a class's index");
            }
        }
        return indices;
    }
}
