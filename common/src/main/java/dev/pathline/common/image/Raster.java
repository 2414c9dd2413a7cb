package dev.pathline.common.image;

import dev.pathline.diffusion.card.PixelLevels;

/** 8-bit pixels, grey or RGB, row by row, channels interleaved. */
public final class Raster {

    private final int width;
    private final int height;
    private final int channels;
    private final byte[] pixels;

    /**
     * Wraps pixels; the array is not copied.
     *
     * @param channels 1 (grey) or 3 (RGB)
     * @throws IllegalArgumentException if the sizes do not fit each other
     */
    public Raster(int width, int height, int channels, byte[] pixels) {
        if (width < 1 || height < 1 || (channels != 1 && channels != 3)
                || pixels.length != Math.multiplyExact(Math.multiplyExact(width, height), channels)) {
            throw new IllegalArgumentException("not a raster: " + width + "x" + height + ", " + channels
                    + " channels, " + pixels.length + " bytes");
        }
        this.width = width;
        this.height = height;
        this.channels = channels;
        this.pixels = pixels;
    }

    /**
     * A sample as pixels: -1 is black, 1 is white, what is outside is clamped, NaN is black.
     *
     * @param sample channels x height x width
     * @param channels 1 or 3
     */
    public static Raster ofSample(float[] sample, int channels, int height, int width) {
        byte[] pixels = new byte[channels * height * width];
        if (sample.length != pixels.length) {
            throw new IllegalArgumentException("a sample of " + channels + "x" + height + "x" + width + " has "
                    + pixels.length + " numbers, not " + sample.length);
        }
        for (int channel = 0; channel < channels; channel++) {
            for (int at = 0; at < height * width; at++) {
                float value = sample[channel * height * width + at];
                pixels[at * channels + channel] = (byte) PixelLevels.of(value);
            }
        }
        return new Raster(width, height, channels, pixels);
    }

    /**
     * The same picture with every pixel as a square of so many.
     *
     * @param factor at least 1
     */
    public Raster enlarged(int factor) {
        byte[] large = new byte[Math.multiplyExact(pixels.length, factor * factor)];
        int wide = width * factor;
        for (int y = 0; y < height * factor; y++) {
            for (int x = 0; x < wide; x++) {
                System.arraycopy(pixels, (y / factor * width + x / factor) * channels, large, (y * wide + x) * channels,
                        channels);
            }
        }
        return new Raster(wide, height * factor, channels, large);
    }

    /** Whether a shape (channels, height, width) can be shown as a picture. */
    public static boolean isPicture(int... shape) {
        return shape.length == 3 && (shape[0] == 1 || shape[0] == 3);
    }

    /** Pixels per row. */
    public int width() {
        return width;
    }

    /** Rows. */
    public int height() {
        return height;
    }

    /** 1 (grey) or 3 (RGB). */
    public int channels() {
        return channels;
    }

    /** The pixels themselves, not a copy. */
    public byte[] pixels() {
        return pixels;
    }
}
