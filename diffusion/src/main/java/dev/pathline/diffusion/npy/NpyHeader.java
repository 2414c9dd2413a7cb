package dev.pathline.diffusion.npy;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The header of a NumPy file: magic bytes, a version, a length, and a Python dictionary of three entries as text.
 *
 * <p>Source: NumPy enhancement proposal 1, 'A simple file format for NumPy arrays', versions 1.0 to 3.0.
 *
 * @param type the type of an element, as in {@code <f4}
 * @param fortranOrder whether the first index is the fastest
 * @param shape the shape
 * @param size the number of elements, at least 1
 * @param dataStart where the numbers begin in the file
 */
public record NpyHeader(String type, boolean fortranOrder, List<Integer> shape, long size, long dataStart) {

    /** NumPy's own limit, which keeps a file from making a parser work for long. */
    private static final int MAX_BYTES = 10_000;

    private static final int MAX_DIMENSIONS = 32;
    private static final String MAGIC = "\u0093NUMPY";
    private static final Pattern ENTRY = Pattern
            .compile("\\s*u?'(\\w+)'\\s*:\\s*u?('[^']*'|True|False|\\([\\dL, ]*\\)|\\[)\\s*,?\\s*");

    /**
     * Reads the header of a file. Memory is bounded by a constant.
     *
     * @param channel a whole file, which is read from its beginning
     * @throws IOException if it cannot be read
     * @throws IllegalArgumentException if it is not a NumPy array; the message says why, without the file's name
     */
    public static NpyHeader read(FileChannel channel) throws IOException {
        channel.position(0);
        ByteBuffer start = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
        Npy.readFully(channel, start);
        requireMagic(start);
        int version = start.get(6);
        if (version < 1 || version > 3 || start.get(7) != 0) {
            throw new IllegalArgumentException(
                    "its format is version " + version + "." + start.get(7) + "; known are 1.0 to 3.0");
        }
        int prefix = version == 1 ? 10 : 12;
        long length = version == 1 ? Short.toUnsignedLong(start.getShort(8)) : Integer.toUnsignedLong(start.getInt(8));
        if (length > MAX_BYTES || prefix + length > channel.size()) {
            throw new IllegalArgumentException(
                    "its header claims " + length + " bytes in a file of " + channel.size());
        }
        ByteBuffer text = ByteBuffer.allocate((int) length);
        channel.position(prefix);
        Npy.readFully(channel, text);
        return parse(StandardCharsets.UTF_8.decode(text).toString().strip(), prefix + length);
    }

    private static void requireMagic(ByteBuffer start) {
        String magic = StandardCharsets.ISO_8859_1.decode(start.slice(0, Math.min(start.limit(), 6))).toString();
        if (!magic.equals(MAGIC) || start.limit() < 12) {
            throw new IllegalArgumentException(magic.startsWith("PK")
                    ? "it is a zip archive (.npz?); save one array with numpy.save"
                    : magic.startsWith("\u0080")
                            ? "it is a pickle, which is never loaded; save an array with numpy.save"
                            : "it does not begin as one; save an array with numpy.save");
        }
    }

    private static NpyHeader parse(String text, long dataStart) {
        Map<String, String> entries = entries(text);
        String type = entries.getOrDefault("descr", "");
        String order = entries.getOrDefault("fortran_order", "");
        String dimensions = entries.getOrDefault("shape", "");
        if (type.equals("[")) {
            throw new IllegalArgumentException("its elements are records; save one field of it");
        }
        if (entries.size() != 3 || !type.startsWith("'") || !(order.equals("True") || order.equals("False"))
                || !dimensions.startsWith("(")) {
            throw unreadable(text);
        }
        List<Integer> shape = shape(dimensions);
        return new NpyHeader(type.substring(1, type.length() - 1), order.equals("True"), shape, size(shape), dataStart);
    }

    /**
     * Checks that the file has as many bytes as the shape needs.
     *
     * @param fileSize the file's size in bytes
     * @return the number of bytes of the array
     * @throws IllegalArgumentException if it has more or fewer, or the type is unknown
     */
    public long requireWhole(long fileSize) {
        long given = fileSize - dataStart;
        long element = NpyType.of(type).bytes();
        if (size > Long.MAX_VALUE / element || size * element != given) {
            throw new IllegalArgumentException("its shape " + shape + " needs "
                    + BigInteger.valueOf(size).multiply(BigInteger.valueOf(element))
                    + " bytes after the header, it has " + given);
        }
        return given;
    }

    private static Map<String, String> entries(String text) {
        var entries = new HashMap<String, String>();
        Matcher matcher = ENTRY.matcher(text);
        int at = 1;
        while (text.startsWith("{") && matcher.region(at, text.length()).lookingAt()) {
            if (entries.put(matcher.group(1), matcher.group(2)) != null) {
                throw unreadable(text);
            }
            at = matcher.end();
            if (matcher.group(2).equals("[")) {
                return entries;
            }
        }
        if (!text.endsWith("}") || at != text.length() - 1) {
            throw unreadable(text);
        }
        return entries;
    }

    private static List<Integer> shape(String dimensions) {
        List<String> sizes = Stream.of(dimensions.substring(1, dimensions.length() - 1).split(",")).map(String::strip)
                .filter(size -> !size.isEmpty()).map(NpyHeader::withoutLong).toList();
        if (sizes.size() > MAX_DIMENSIONS) {
            throw new IllegalArgumentException("it has " + sizes.size() + " dimensions");
        }
        try {
            return sizes.stream().map(Integer::valueOf).toList();
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("its shape is " + dimensions, e);
        }
    }

    /** Python 2 wrote an {@code L} behind long numbers, and {@code u} before texts. */
    private static String withoutLong(String size) {
        return size.endsWith("L") ? size.substring(0, size.length() - 1) : size;
    }

    private static long size(List<Integer> shape) {
        if (shape.contains(0)) {
            throw new IllegalArgumentException("its shape is " + shape + ": it is empty");
        }
        try {
            return shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("its shape is " + shape + ", more than 2^63 numbers", e);
        }
    }

    private static IllegalArgumentException unreadable(String text) {
        return new IllegalArgumentException(
                "its header is not NumPy's: " + text.substring(0, Math.min(text.length(), 100)));
    }
}
