package dev.pathline.engine.data;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * Labelled 8-bit images in memory. Pixels are handed out as float32 in [-1, 1], {@code value / 127.5 - 1}.
 *
 * <p>Immutable and safe for concurrent use.
 */
public final class ImageDataset implements Dataset {

    private final List<Integer> shape;
    private final byte[] pixels;
    private final byte[] labels;
    private final int imageSize;

    /**
     * Takes over the arrays.
     *
     * @param shape {@code [channels, height, width]} of one image
     * @param pixels all images, row-major
     * @param labels one class index an image
     * @throws IllegalArgumentException if the sizes do not fit
     */
    public ImageDataset(List<Integer> shape, byte[] pixels, byte[] labels) {
        this.shape = List.copyOf(shape);
        this.imageSize = shape.stream().reduce(1, Math::multiplyExact);
        this.pixels = pixels;
        this.labels = labels;
        if ((long) labels.length * imageSize != pixels.length) {
            throw new IllegalArgumentException("there are " + labels.length + " labels, but "
                    + (pixels.length / (double) imageSize) + " images of shape " + shape);
        }
    }

    @Override
    public int size() {
        return labels.length;
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
        return Byte.toUnsignedInt(labels[index]);
    }

    @Override
    public void copy(int index, float[] target, int offset) {
        int start = index * imageSize;
        for (int i = 0; i < imageSize; i++) {
            target[offset + i] = Byte.toUnsignedInt(pixels[start + i]) / 127.5f - 1;
        }
    }

    /** Returns the images {@code from} (inclusive) to {@code to} (exclusive) as a data set of their own. */
    public ImageDataset slice(int from, int to) {
        return new ImageDataset(shape, java.util.Arrays.copyOfRange(pixels, from * imageSize, to * imageSize),
                java.util.Arrays.copyOfRange(labels, from, to));
    }

    @Override
    public double standardDeviation() {
        double sum = 0;
        double squares = 0;
        for (byte pixel : pixels) {
            double value = Byte.toUnsignedInt(pixel) / 127.5 - 1;
            sum += value;
            squares += value * value;
        }
        double mean = sum / pixels.length;
        return Math.sqrt(squares / pixels.length - mean * mean);
    }

    @Override
    public String sha256() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            shape.forEach(d -> digest.update(ByteBuffer.allocate(4).putInt(d).array()));
            digest.update(pixels);
            digest.update(labels);
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
