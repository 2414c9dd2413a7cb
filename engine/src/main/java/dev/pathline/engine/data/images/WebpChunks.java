package dev.pathline.engine.data.images;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The chunks of a WebP file: a RIFF container, four letters and a length each, padded to an even number of bytes. */
final class WebpChunks {

    /** 'RIFF', the length of what follows, 'WEBP'. */
    private static final int HEAD = 12;
    private static final int CHUNK_HEAD = 8;
    private static final String FEATURES = "VP8X";
    private static final String PROFILE = "ICCP";
    private static final String EXIF = "EXIF";
    private static final byte[] EXIF_MARK = "Exif\0\0".getBytes(StandardCharsets.US_ASCII);
    private static final int HAS_PROFILE = 0x20;

    private WebpChunks() {}

    /** @throws UnusableImageException if the file is shorter than it says */
    static void requireWhole(byte[] file) throws UnusableImageException {
        if (length(file, Integer.BYTES) + CHUNK_HEAD > file.length) {
            throw new UnusableImageException("it is cut short");
        }
    }

    /** Returns the file with its colour profile unsaid: under a name that no reader knows. */
    static byte[] withoutProfile(byte[] file) {
        int profile = find(file, PROFILE);
        if (profile < 0) {
            return file;
        }
        byte[] changed = file.clone();
        Arrays.fill(changed, profile, profile + Integer.BYTES, (byte) 'X');
        int features = find(file, FEATURES);
        if (features >= 0) {
            changed[features + CHUNK_HEAD] &= ~HAS_PROFILE;
        }
        return changed;
    }

    /** Returns what a camera says of the picture, in the structure of a TIFF file; empty if it says nothing. */
    static byte[] exif(byte[] file) {
        int at = find(file, EXIF);
        if (at < 0) {
            return new byte[0];
        }
        int from = at + CHUNK_HEAD;
        int end = (int) Math.min(file.length, from + length(file, at + Integer.BYTES));
        // Some writers keep the mark that a JPEG's segment begins with.
        boolean marked = end - from > EXIF_MARK.length
                && Arrays.equals(file, from, from + EXIF_MARK.length, EXIF_MARK, 0, EXIF_MARK.length);
        return Arrays.copyOfRange(file, marked ? from + EXIF_MARK.length : from, end);
    }

    /** Returns where the first chunk of a name begins, or -1. */
    private static int find(byte[] file, String name) {
        long at = HEAD;
        while (at + CHUNK_HEAD < file.length) {
            if (new String(file, (int) at, Integer.BYTES, StandardCharsets.ISO_8859_1).equals(name)) {
                return (int) at;
            }
            long size = length(file, (int) at + Integer.BYTES);
            at += CHUNK_HEAD + size + size % 2;
        }
        return -1;
    }

    private static long length(byte[] file, int at) {
        return Integer.toUnsignedLong(ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getInt(at));
    }
}
