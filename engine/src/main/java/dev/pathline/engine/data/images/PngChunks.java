package dev.pathline.engine.data.images;

import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/** The chunks of a PNG file, each with its length and checksum, which the JDK's reader does not compare. */
final class PngChunks {

    private static final long SIGNATURE = 0x89504E470D0A1A0AL;
    private static final int END = 0x49454E44;
    /** Length, kind and checksum. */
    private static final int OVERHEAD = 12;

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
}
