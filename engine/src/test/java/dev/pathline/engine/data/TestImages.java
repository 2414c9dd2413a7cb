package dev.pathline.engine.data;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import javax.imageio.ImageIO;

/** Image files for tests, made byte by byte, so that a test knows each sample. */
public final class TestImages {

    public static final int GREY = 0;
    public static final int RGB = 2;
    public static final int PALETTE = 3;
    public static final int GREY_ALPHA = 4;
    public static final int RGB_ALPHA = 6;

    private TestImages() {}

    /** A PNG of one value per byte of {@code samples}, rows without gaps. */
    public static byte[] png(int type, int bits, int width, int height, int... samples) {
        return png(type, bits, width, height, new byte[0], new byte[0], samples);
    }

    /** A PNG with a palette and transparency, which may be empty. */
    public static byte[] png(int type, int bits, int width, int height, byte[] palette, byte[] transparency,
            int... samples) {
        var out = new ByteArrayOutputStream();
        out.writeBytes(new byte[]{(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'});
        chunk(out, "IHDR", ByteBuffer.allocate(13).putInt(width).putInt(height).put((byte) bits).put((byte) type)
                .array());
        if (palette.length > 0) {
            chunk(out, "PLTE", palette);
        }
        if (transparency.length > 0) {
            chunk(out, "tRNS", transparency);
        }
        var data = new ByteArrayOutputStream();
        try (var deflater = new DeflaterOutputStream(data)) {
            int row = samples.length / Math.max(1, height);
            for (int y = 0; y < height && samples.length > 0; y++) {
                deflater.write(0);
                for (int i = 0; i < row; i++) {
                    int sample = samples[y * row + i];
                    if (bits == 16) {
                        deflater.write(sample >>> 8);
                    }
                    deflater.write(sample);
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        chunk(out, "IDAT", data.toByteArray());
        chunk(out, "IEND", new byte[0]);
        return out.toByteArray();
    }

    private static void chunk(ByteArrayOutputStream out, String kind, byte[] body) {
        byte[] name = kind.getBytes(StandardCharsets.US_ASCII);
        var checksum = new CRC32();
        checksum.update(name);
        checksum.update(body);
        out.writeBytes(ByteBuffer.allocate(4).putInt(body.length).array());
        out.writeBytes(name);
        out.writeBytes(body);
        out.writeBytes(ByteBuffer.allocate(4).putInt((int) checksum.getValue()).array());
    }

    /** A JPEG of one colour. */
    public static byte[] jpeg(int width, int height, int rgb) throws IOException {
        var image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.setRGB(x, y, rgb);
            }
        }
        var out = new ByteArrayOutputStream();
        ImageIO.write(image, "jpeg", out);
        return out.toByteArray();
    }

    /** A square grey PNG of one value. */
    public static byte[] grey(int size, int value) {
        int[] samples = new int[size * size];
        java.util.Arrays.fill(samples, value);
        return png(GREY, 8, size, size, samples);
    }
}
