package dev.pathline.engine.data;

import java.security.MessageDigest;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * 8-bit images, in memory or in mapped files, with labels or without. Pixels are handed out as float32 in [-1, 1],
 * {@code value / 127.5 - 1}.
 *
 * <p>Immutable and safe for concurrent use.
 */
public final class ImageDataset implements Dataset {

    private static final float[] VALUES = values();

    private final List<Integer> shape;
    private final int imageSize;
    private final List<ImageBlock> blocks;
    private final boolean channelsLast;
    private final int[] labels;
    private final int size;
    private @Nullable Summary summary;
    private int brightest;

    /**
     * Takes over the arrays.
     *
     * @param shape {@code [channels, height, width]} of one image
     * @param pixels all images, row-major
     * @param labels one class index an image, unsigned
     * @throws IllegalArgumentException if the sizes do not fit
     */
    public ImageDataset(List<Integer> shape, byte[] pixels, byte[] labels) {
        this(shape, List.of(ImageBlock.of(pixels, shape.stream().reduce(1, Math::multiplyExact))), false,
                unsigned(labels));
        if ((long) labels.length * imageSize != pixels.length) {
            throw new IllegalArgumentException("there are " + labels.length + " labels, but "
                    + (pixels.length / (double) imageSize) + " images of shape " + shape);
        }
    }

    /**
     * Images in blocks.
     *
     * @param shape {@code [channels, height, width]} of one image
     * @param blocks where they are
     * @param channelsLast whether they are stored as {@code [height, width, channels]}
     * @param labels one class index an image, or none at all
     */
    ImageDataset(List<Integer> shape, List<ImageBlock> blocks, boolean channelsLast, int[] labels) {
        this.shape = List.copyOf(shape);
        this.imageSize = shape.stream().reduce(1, Math::multiplyExact);
        this.blocks = List.copyOf(blocks);
        this.channelsLast = channelsLast && shape.getFirst() > 1;
        this.labels = labels;
        this.size = blocks.stream().mapToInt(ImageBlock::count).reduce(0, Math::addExact);
        if (labels.length != 0 && labels.length != size) {
            throw new IllegalArgumentException(labels.length + " labels do not fit " + size + " images");
        }
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public List<Integer> shape() {
        return shape;
    }

    @Override
    public int sampleSize() {
        return imageSize;
    }

    @Override
    public int label(int index) {
        return labels.length == 0 ? NO_LABEL : labels[index];
    }

    @Override
    public void copy(int index, float[] target, int offset) {
        byte[] pixels = new byte[imageSize];
        read(index, pixels);
        int channels = channelsLast ? shape.getFirst() : 1;
        int plane = imageSize / channels;
        for (int c = 0; c < channels; c++) {
            int from = offset + c * plane;
            for (int i = 0; i < plane; i++) {
                target[from + i] = VALUES[Byte.toUnsignedInt(pixels[i * channels + c])];
            }
        }
    }

    @Override
    public double standardDeviation() {
        return summary().standardDeviation();
    }

    @Override
    public String sha256() {
        return summary().sha256();
    }

    @Override
    public List<String> warnings() {
        summary();
        return brightest > 1
                ? List.of()
                : List.of("no byte of the images in " + blocks.getFirst().name() + " is above " + brightest
                        + ", where 255 is white: all of them are black or nearly so");
    }

    private synchronized Summary summary() {
        if (summary == null) {
            summary = summarize();
        }
        return summary;
    }

    private Summary summarize() {
        MessageDigest digest = Summary.digest(shape);
        long[] histogram = new long[256];
        byte[] pixels = new byte[imageSize];
        byte[] ordered = new byte[imageSize];
        for (int i = 0; i < size; i++) {
            read(i, pixels);
            for (byte pixel : pixels) {
                histogram[Byte.toUnsignedInt(pixel)]++;
            }
            digest.update(channelsLast ? channelsFirst(pixels, ordered) : pixels);
        }
        for (int v = 0; v < histogram.length; v++) {
            brightest = histogram[v] > 0 ? v : brightest;
        }
        double count = (double) size * imageSize;
        double mean = 0;
        for (int v = 0; v < 256; v++) {
            mean += histogram[v] * (v / 127.5 - 1) / count;
        }
        double variance = 0;
        for (int v = 0; v < 256; v++) {
            double difference = v / 127.5 - 1 - mean;
            variance += histogram[v] * difference * difference / count;
        }
        return Summary.of(Math.sqrt(variance), digest, labels);
    }

    private byte[] channelsFirst(byte[] pixels, byte[] ordered) {
        int channels = shape.getFirst();
        int plane = imageSize / channels;
        for (int i = 0; i < imageSize; i++) {
            ordered[i] = pixels[i % plane * channels + i / plane];
        }
        return ordered;
    }

    private void read(int index, byte[] pixels) {
        int rest = Objects.checkIndex(index, size);
        int block = 0;
        while (rest >= blocks.get(block).count()) {
            rest -= blocks.get(block++).count();
        }
        blocks.get(block).read(rest, pixels);
    }

    private static int[] unsigned(byte[] labels) {
        int[] unsigned = new int[labels.length];
        for (int i = 0; i < labels.length; i++) {
            unsigned[i] = Byte.toUnsignedInt(labels[i]);
        }
        return unsigned;
    }

    private static float[] values() {
        float[] values = new float[256];
        for (int v = 0; v < values.length; v++) {
            values[v] = v / 127.5f - 1;
        }
        return values;
    }
}
