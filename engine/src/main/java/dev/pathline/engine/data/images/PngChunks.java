package dev.pathline.engine.data.images;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32;

/** The chunks of a PNG file, each with its length and checksum, which the JDK's reader does not compare. */
final class PngChunks {

    private static final long SIGNATURE = 0x89504E470D0A1A0AL;
    private static final int END = 0x49454E44;
    private static final int PROFILE = 0x69434350;
    private static final int EXIF = 0x65584966;
    private static final int TRANSPARENT = 0x74524E53;
    /** Where the header says of how many bits a sample is; the next byte says whether it is grey or what else. */
    private static final int DEPTH = 24;
    private static final int GREY = 0;
    /** Length, kind and checksum. */
    private static final int OVERHEAD = 12;
    /** Length and kind. */
    private static final int HEAD = 8;

    private PngChunks() {}

    static boolean isPng(byte[] file) {
        return file.length >= Long.BYTES && ByteBuffer.wrap(file).getLong() == SIGNATURE;
    }

    /** @throws UnusableImageException if a chunk is cut short or its checksum is wrong, or the last one is missing */
    static void requireWhole(byte[] file) throws UnusableImageException {
        ByteBuffer bytes = ByteBuffer.wrap(file).position(Long.BYTES);
        while (bytes.remaining() >= OVERHEAD) {
            int start = bytes.position();
            int length = bytes.getInt();
            int kind = bytes.getInt();
            if (length < 0 || length > bytes.remaining() - Integer.BYTES) {
                break;
            }
            var checksum = new CRC32();
            checksum.update(file, start + Integer.BYTES, length + Integer.BYTES);
            bytes.position(bytes.position() + length);
            if (bytes.getInt() != (int) checksum.getValue()) {
                throw new UnusableImageException("it is damaged: the checksum of the chunk at byte " + start
                        + " is wrong");
            }
            if (kind == END) {
                return;
            }
        }
        throw new UnusableImageException("it is cut short");
    }

    /** Returns a whole file without its colour profile; the same array if it has none. */
    static byte[] withoutProfile(byte[] file) {
        int at = find(file, PROFILE);
        if (at < 0) {
            return file;
        }
        int next = at + OVERHEAD + ByteBuffer.wrap(file).getInt(at);
        var kept = new ByteArrayOutputStream(file.length);
        kept.write(file, 0, at);
        kept.write(file, next, file.length - next);
        return kept.toByteArray();
    }

    /** Returns what a camera says of a whole file's picture, in the structure of a TIFF file; empty if nothing. */
    static byte[] exif(byte[] file) {
        int at = find(file, EXIF);
        return at < 0
                ? new byte[0]
                : Arrays.copyOfRange(file, at + HEAD, at + HEAD + ByteBuffer.wrap(file).getInt(at));
    }

    /**
     * Returns the grey that is transparent in a whole file of grey samples of fewer than 8 bits, as a number up to 255; -1
     * where there is none. The JDK's reader holds samples that it has spread to 8 bits against the one that it has not.
     */
    static int transparentGrey(byte[] file) {
        int at = find(file, TRANSPARENT);
        ByteBuffer bytes = ByteBuffer.wrap(file);
        boolean grey = file[DEPTH] < Byte.SIZE && file[DEPTH + 1] == GREY;
        return grey && at >= 0 && bytes.getInt(at) == Short.BYTES
                ? bytes.getShort(at + HEAD) * 255 / ((1 << file[DEPTH]) - 1)
                : -1;
    }

    /** Returns where the first chunk of a kind begins in a whole file, or -1. */
    private static int find(byte[] file, int wanted) {
        ByteBuffer bytes = ByteBuffer.wrap(file);
        for (int at = Long.BYTES; bytes.getInt(at + Integer.BYTES) != END; at += OVERHEAD + bytes.getInt(at)) {
            if (bytes.getInt(at + Integer.BYTES) == wanted) {
                return at;
            }
        }
        return -1;
    }
}
