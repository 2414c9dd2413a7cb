package dev.pathline.common.image;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;

/**
 * PNG (ISO/IEC 15948): 8 bits, grey or RGB, not interlaced. Writes every pixel line unfiltered, which is the best choice
 * for small pictures, and reads what it writes: the only PNGs that the server reads are its workers'.
 */
public final class Png {

    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    private static final int GREY = 0;
    private static final int RGB = 2;
    /** Where the header chunk ends: signature, length, type, 13 bytes, checksum. */
    private static final int END_OF_HEADER = 8 + 4 + 4 + 13 + 4;

    private Png() {}

    /** Returns what a picture without text takes at most, in bytes: nothing in it can be compressed. */
    public static long maxSize(int width, int height, int channels) {
        long lines = (1L + (long) width * channels) * height;
        // Deflate stores what it cannot compress, in blocks of at least 16 KB of which each has a head of 5 bytes.
        return END_OF_HEADER + lines + 5 * (1 + lines / 16_000) + 64;
    }

    /** Writes a picture. */
    public static byte[] encode(Raster raster) {
        int line = raster.width() * raster.channels();
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(file)) {
            out.write(SIGNATURE);
            ByteArrayOutputStream header = new ByteArrayOutputStream();
            DataOutputStream head = new DataOutputStream(header);
            head.writeInt(raster.width());
            head.writeInt(raster.height());
            head.write(new byte[]{8, (byte) (raster.channels() == 1 ? GREY : RGB), 0, 0, 0});
            chunk(out, "IHDR", header.toByteArray());
            ByteArrayOutputStream packed = new ByteArrayOutputStream();
            try (DeflaterOutputStream deflater = new DeflaterOutputStream(packed)) {
                for (int y = 0; y < raster.height(); y++) {
                    deflater.write(0);
                    deflater.write(raster.pixels(), y * line, line);
                }
            }
            chunk(out, "IDAT", packed.toByteArray());
            chunk(out, "IEND", new byte[0]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file.toByteArray();
    }

    /**
     * Reads a picture that {@link #encode} wrote, with or without text.
     *
     * @throws IllegalArgumentException if it is something else
     */
    public static Raster decode(byte[] png) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(png))) {
            if (!Arrays.equals(in.readNBytes(SIGNATURE.length), SIGNATURE)) {
                throw new IllegalArgumentException("not a PNG file");
            }
            int width = 0;
            int height = 0;
            int channels = 0;
            ByteArrayOutputStream packed = new ByteArrayOutputStream();
            while (true) {
                int length = in.readInt();
                String type = new String(in.readNBytes(4), StandardCharsets.US_ASCII);
                if (type.equals("IEND")) {
                    break;
                }
                byte[] data = in.readNBytes(length);
                in.readInt();
                if (type.equals("IHDR")) {
                    DataInputStream header = new DataInputStream(new ByteArrayInputStream(data));
                    width = header.readInt();
                    height = header.readInt();
                    channels = data[9] == GREY ? 1 : 3;
                } else if (type.equals("IDAT")) {
                    packed.write(data);
                }
            }
            return unpack(packed.toByteArray(), width, height, channels);
        } catch (IOException e) {
            throw new IllegalArgumentException("a broken PNG file", e);
        }
    }

    /**
     * Adds text to a PNG file, in the map's order, right after its header: {@code tEXt}, or {@code iTXt} where Latin-1
     * does not suffice.
     */
    public static byte[] withText(byte[] png, Map<String, String> text) {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(file)) {
            out.write(png, 0, END_OF_HEADER);
            for (Map.Entry<String, String> entry : text.entrySet()) {
                boolean latin = StandardCharsets.ISO_8859_1.newEncoder().canEncode(entry.getValue());
                chunk(out, latin ? "tEXt" : "iTXt", latin
                        ? (entry.getKey() + "\0" + entry.getValue()).getBytes(StandardCharsets.ISO_8859_1)
                        // Keyword, not compressed, no language, no translated keyword, then UTF-8.
                        : (entry.getKey() + "\0\0\0\0\0" + entry.getValue()).getBytes(StandardCharsets.UTF_8));
            }
            out.write(png, END_OF_HEADER, png.length - END_OF_HEADER);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file.toByteArray();
    }

    private static Raster unpack(byte[] packed, int width, int height, int channels) throws IOException {
        int line = width * channels;
        byte[] pixels = new byte[line * height];
        try (InflaterInputStream inflater = new InflaterInputStream(new ByteArrayInputStream(packed))) {
            for (int y = 0; y < height; y++) {
                if (inflater.read() != 0 || inflater.readNBytes(pixels, y * line, line) != line) {
                    throw new IllegalArgumentException("a PNG file that this server did not write");
                }
            }
        }
        return new Raster(width, height, channels, pixels);
    }

    private static void chunk(DataOutputStream out, String type, byte[] data) throws IOException {
        byte[] name = type.getBytes(StandardCharsets.US_ASCII);
        CRC32 checksum = new CRC32();
        checksum.update(name);
        checksum.update(data);
        out.writeInt(data.length);
        out.write(name);
        out.write(data);
        out.writeInt((int) checksum.getValue());
    }
}
