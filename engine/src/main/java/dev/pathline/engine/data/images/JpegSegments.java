package dev.pathline.engine.data.images;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The segments at the head of a JPEG file: a marker of two bytes and a length each, up to where the picture starts. */
final class JpegSegments {

    private static final byte[] PROFILE = "ICC_PROFILE\0".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] EXIF = "Exif\0\0".getBytes(StandardCharsets.US_ASCII);
    private static final int APP1 = 0xE1;
    private static final int APP2 = 0xE2;
    private static final int START_OF_SCAN = 0xDA;
    private static final int MARK = 2;
    /** Any number of these may stand before a marker. */
    private static final int FILL = 0xFF;

    private JpegSegments() {}

    /** Hears of a segment. */
    private interface Visitor {

        /**
         * A segment.
         *
         * @param from where its marker is
         * @param body where its content begins
         * @param end where the next one begins
         */
        void segment(int marker, int from, int body, int end);
    }

    /** Returns the file without the parts of a colour profile; the same array if there are none. */
    static byte[] withoutProfile(byte[] file) {
        var kept = new ByteArrayOutputStream(file.length);
        int rest = walk(file, (marker, from, body, end) -> {
            if (marker != APP2 || !startsWith(file, body, end, PROFILE)) {
                kept.write(file, from, end - from);
            }
        });
        if (MARK + kept.size() == rest) {
            return file;
        }
        var whole = new ByteArrayOutputStream(file.length);
        whole.write(file, 0, MARK);
        whole.writeBytes(kept.toByteArray());
        whole.write(file, rest, file.length - rest);
        return whole.toByteArray();
    }

    /** Returns what a camera says of the picture, in the structure of a TIFF file; empty if it says nothing. */
    static byte[] exif(byte[] file) {
        byte[][] found = {new byte[0]};
        walk(file, (marker, _, body, end) -> {
            if (marker == APP1 && found[0].length == 0 && startsWith(file, body, end, EXIF)) {
                found[0] = Arrays.copyOfRange(file, body + EXIF.length, end);
            }
        });
        return found[0];
    }

    /** Visits the segments of the head as far as they are whole, and returns where the last one ends. */
    private static int walk(byte[] file, Visitor visitor) {
        int at = MARK;
        while (at + 2 * MARK <= file.length && file[at] == (byte) 0xFF) {
            int marker = Byte.toUnsignedInt(file[at + 1]);
            if (marker == FILL) {
                at++;
                continue;
            }
            int length = Byte.toUnsignedInt(file[at + 2]) << 8 | Byte.toUnsignedInt(file[at + 3]);
            int end = at + MARK + length;
            if (marker == START_OF_SCAN || length < MARK || end > file.length) {
                break;
            }
            visitor.segment(marker, at, at + 2 * MARK, end);
            at = end;
        }
        return at;
    }

    private static boolean startsWith(byte[] file, int from, int end, byte[] wanted) {
        return end - from >= wanted.length
                && Arrays.equals(file, from, from + wanted.length, wanted, 0, wanted.length);
    }
}
