package dev.pathline.common.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;

/** NumPy's file format, version 1.0: little-endian float32 in C order. */
public final class Npy {

    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};
    private static final int ALIGNMENT = 64;

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
        String dimensions = Arrays.stream(shape).mapToObj(size -> size + ",").collect(Collectors.joining(" "));
        String header = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + dimensions + "), }";
        int unpadded = MAGIC.length + 2 + header.length() + 1;
        int padding = Math.floorMod(-unpadded, ALIGNMENT);
        header = header + " ".repeat(padding) + "\n";
        ByteBuffer file = ByteBuffer.allocate(unpadded + padding + Float.BYTES * values.length)
                .order(ByteOrder.LITTLE_ENDIAN);
        file.put(MAGIC).putShort((short) header.length()).put(header.getBytes(StandardCharsets.US_ASCII));
        file.asFloatBuffer().put(values);
        return file.array();
    }
}
