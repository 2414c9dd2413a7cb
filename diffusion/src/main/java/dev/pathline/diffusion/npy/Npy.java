package dev.pathline.diffusion.npy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * NumPy's file format. It writes version 1.0, little-endian float32 in C order, and reads versions 1.0 to 3.0 of
 * float16, float32 and float64 in either byte order and either order of indices.
 *
 * <p>A file is data from anywhere: its header is checked against its size before anything is allocated, and pickles are
 * never loaded.
 */
public final class Npy {

    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};
    private static final int ALIGNMENT = 64;
    private static final int CHUNK = 1 << 17;

    private Npy() {}

    /**
     * Writes an array.
     *
     * @param values the numbers, the last index fastest
     * @param shape the shape, at least one dimension
     * @throws IllegalArgumentException if the shape does not fit the numbers
     */
    public static byte[] encode(float[] values, int... shape) {
        int product = Arrays.stream(shape).reduce(1, Math::multiplyExact);
        if (shape.length == 0 || product != values.length) {
            throw new IllegalArgumentException("shape " + Arrays.toString(shape) + " does not fit " + values.length
                    + " numbers");
        }
        byte[] header = header("<f4", shape);
        ByteBuffer file = ByteBuffer.allocate(header.length + Float.BYTES * values.length)
                .order(ByteOrder.LITTLE_ENDIAN).put(header);
        file.asFloatBuffer().put(values);
        return file.array();
    }

    /**
     * Returns what a file begins with, its numbers follow: for arrays that are written piece by piece.
     *
     * @param type the type of an element, as in {@code <f4}
     * @param shape the shape, at least one dimension; the last index is the fastest
     */
    public static byte[] header(String type, int... shape) {
        String dimensions = Arrays.stream(shape).mapToObj(size -> size + ",").collect(Collectors.joining(" "));
        String text = "{'descr': '" + type + "', 'fortran_order': False, 'shape': (" + dimensions + "), }";
        int unpadded = MAGIC.length + 2 + text.length() + 1;
        int padding = Math.floorMod(-unpadded, ALIGNMENT);
        String padded = text + " ".repeat(padding) + "\n";
        return ByteBuffer.allocate(unpadded + padding).order(ByteOrder.LITTLE_ENDIAN).put(MAGIC)
                .putShort((short) padded.length()).put(padded.getBytes(StandardCharsets.US_ASCII)).array();
    }

    /**
     * Reads an array, rounded to float32. Memory is bounded by the file's size.
     *
     * @throws IOException if there is no such file or it cannot be read; the message says so
     * @throws IllegalArgumentException if the file is not a whole NumPy array of numbers; the message says why
     */
    public static NpyArray read(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException(file + (Files.exists(file) ? " is not a file" : " cannot be read: no such file"));
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            NpyHeader header = NpyHeader.read(channel);
            return new NpyArray(header.shape().stream().mapToInt(Integer::intValue).toArray(), values(channel, header));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(file + " is not a usable NumPy array: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new IOException(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static float[] values(FileChannel channel, NpyHeader header) throws IOException {
        NpyType type = NpyType.of(header.type());
        if (!type.floating()) {
            throw NpyType.notFloating(header.type());
        }
        if (header.size() > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException("its shape is " + header.shape() + ", more than 2^31 numbers");
        }
        long needed = header.requireWhole(channel.size());
        float[] values = new float[(int) header.size()];
        ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(needed, CHUNK)).order(NpyType.order(header.type()));
        channel.position(header.dataStart());
        int at = 0;
        while (at < values.length) {
            readFully(channel, bytes.clear());
            while (bytes.remaining() >= type.bytes() && at < values.length) {
                values[at++] = type.read(bytes);
            }
            if (bytes.limit() == 0) {
                throw new IOException("it became shorter while it was read");
            }
        }
        return header.fortranOrder() ? lastIndexFastest(values, header.shape()) : values;
    }

    private static float[] lastIndexFastest(float[] values, List<Integer> shape) {
        float[] ordered = new float[values.length];
        int[] index = new int[shape.size()];
        for (float value : values) {
            int place = 0;
            for (int d = 0; d < index.length; d++) {
                place = place * shape.get(d) + index[d];
            }
            ordered[place] = value;
            for (int d = 0; d < index.length && ++index[d] == shape.get(d); d++) {
                index[d] = 0;
            }
        }
        return ordered;
    }

    /** Reads until the buffer is full or the file ends, and flips it. */
    static void readFully(FileChannel channel, ByteBuffer target) throws IOException {
        while (target.hasRemaining() && channel.read(target) >= 0) {
            // A channel may give less than was asked for.
        }
        target.flip();
    }
}
