package dev.pathline.engine.data;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * What one pass over a data set finds.
 *
 * @param standardDeviation of all values around their common mean
 * @param sha256 of shape, values and labels, in hexadecimal; it does not depend on where the data lies or in what format
 */
record Summary(double standardDeviation, String sha256) {

    /** Where the hash of data begins: its shape, four bytes a dimension. */
    static MessageDigest digest(List<Integer> shape) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            shape.forEach(dimension -> digest.update(ByteBuffer.allocate(4).putInt(dimension).array()));
            return digest;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Looks at every value on the way. */
    @FunctionalInterface
    interface Look {
        /** Takes a value of a sample. */
        void at(int index, float value);
    }

    /** The summary of samples of floating-point numbers; all of them are read. */
    static Summary ofValues(List<Integer> shape, int size, Values values, int[] labels, Look look) {
        MessageDigest digest = digest(shape);
        float[] sample = new float[shape.stream().reduce(1, Math::multiplyExact)];
        ByteBuffer bytes = ByteBuffer.allocate(sample.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        FloatBuffer floats = bytes.asFloatBuffer();
        var deviation = new RunningDeviation();
        for (int i = 0; i < size; i++) {
            values.read(i, sample, 0);
            for (float value : sample) {
                look.at(i, value);
                deviation.add(value);
            }
            floats.put(0, sample);
            digest.update(bytes.duplicate());
        }
        return of(deviation.value(), digest, labels);
    }

    /** The summary of data whose values the digest has seen. Labels count one byte each while all fit into one. */
    static Summary of(double standardDeviation, MessageDigest digest, int[] labels) {
        int largest = 0;
        for (int label : labels) {
            largest = Math.max(largest, label);
        }
        int width = largest < 256 ? 1 : Integer.BYTES;
        ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(labels.length, width));
        for (int label : labels) {
            if (width == 1) {
                bytes.put((byte) label);
            } else {
                bytes.putInt(label);
            }
        }
        digest.update(bytes.array());
        return new Summary(standardDeviation, HexFormat.of().formatHex(digest.digest()));
    }
}
