package dev.pathline.engine.data.images;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.util.Arrays;

/**
 * The rows of a decoded image as numbers from 0 to 255, grey or coloured as wanted. What is transparent is laid on white;
 * inks become the light that they leave; colours become grey by ITU-R BT.601's luma.
 *
 * <p>Samples are taken from the raster as they are: {@link BufferedImage#getRGB} would take grey for linear light and
 * change it. What a sample means is asked of the colour model, not told from how many there are: four of them are red,
 * green, blue and opacity, or four inks.
 */
final class PixelRows {

    private static final float WHITE = 255;
    private static final int MOST_BITS = 16;

    private final Raster raster;
    private final ColorModel model;
    private final Orientation orientation;
    private final boolean negative;
    private final int transparentGrey;
    private final int channels;
    private final int bands;
    private final int colors;
    private final float[] scales;
    private final int[] samples;
    private final float[] pixel = new float[3];

    /**
     * Takes an image.
     *
     * @param orientation how it lies in what was decoded
     * @param negative whether 0 is white where samples are grey
     * @param transparentGrey the sample that is transparent whatever else the image says of it, or -1
     * @param channels 1 for grey, 3 for red, green and blue
     * @throws UnusableImageException if its samples are of a kind that has no one meaning here
     */
    PixelRows(BufferedImage image, Orientation orientation, boolean negative, int transparentGrey, int channels)
            throws UnusableImageException {
        this.raster = image.getRaster();
        this.model = image.getColorModel();
        this.orientation = orientation;
        this.negative = negative;
        this.transparentGrey = transparentGrey;
        this.channels = channels;
        this.bands = raster.getNumBands();
        this.colors = model instanceof IndexColorModel ? 1 : colors(model);
        if (bands < colors + (model.hasAlpha() && !(model instanceof IndexColorModel) ? 1 : 0)) {
            throw new UnusableImageException("it has " + bands + " samples a pixel");
        }
        int type = raster.getTransferType();
        int bits = Arrays.stream(model.getComponentSize()).max().orElse(0);
        if (bits > MOST_BITS || type == DataBuffer.TYPE_SHORT || type == DataBuffer.TYPE_FLOAT
                || type == DataBuffer.TYPE_DOUBLE) {
            throw new UnusableImageException("its samples are floating-point, signed or of more than " + MOST_BITS
                    + " bits, which do not say what is black and what is white");
        }
        this.scales = new float[Math.min(bands, model.getNumComponents())];
        for (int band = 0; band < scales.length; band++) {
            scales[band] = WHITE / ((1 << model.getComponentSize(band)) - 1);
        }
        this.samples = new int[bands * (orientation.columns() ? raster.getHeight() : raster.getWidth())];
    }

    private static int colors(ColorModel model) throws UnusableImageException {
        return switch (model.getColorSpace().getType()) {
            case ColorSpace.TYPE_GRAY -> 1;
            case ColorSpace.TYPE_RGB -> 3;
            case ColorSpace.TYPE_CMYK -> 4;
            default -> throw new UnusableImageException("its colours are neither grey, nor red, green and blue, nor"
                    + " inks");
        };
    }

    int width() {
        return orientation.columns() ? raster.getHeight() : raster.getWidth();
    }

    int height() {
        return orientation.columns() ? raster.getWidth() : raster.getHeight();
    }

    /** Writes a row, one channel after the other. */
    void read(int y, float[] row) {
        int width = width();
        int line = orientation.otherLines() ? height() - 1 - y : y;
        if (orientation.columns()) {
            raster.getPixels(raster.getMinX() + line, raster.getMinY(), 1, width, samples);
        } else {
            raster.getPixels(raster.getMinX(), raster.getMinY() + line, width, 1, samples);
        }
        for (int i = 0; i < width; i++) {
            float alpha = model instanceof IndexColorModel palette ? look(palette, samples[i]) : compute(i * bands);
            boolean laid = model.isAlphaPremultiplied();
            for (int c = 0; c < pixel.length && alpha != 1; c++) {
                pixel[c] = (laid ? pixel[c] : alpha * pixel[c]) + (1 - alpha) * WHITE;
            }
            put(row, orientation.backwards() ? width - 1 - i : i, width);
        }
    }

    /** Sets the colour of an entry of the palette, and returns how opaque it is. */
    private float look(IndexColorModel palette, int index) {
        pixel[0] = palette.getRed(index);
        pixel[1] = palette.getGreen(index);
        pixel[2] = palette.getBlue(index);
        return palette.getAlpha(index) / WHITE;
    }

    /** Sets the colour of some samples, and returns how opaque it is. */
    private float compute(int at) {
        switch (colors) {
            case 1 -> {
                float grey = samples[at] * scales[0];
                Arrays.fill(pixel, negative ? WHITE - grey : grey);
            }
            case 3 -> {
                for (int c = 0; c < pixel.length; c++) {
                    pixel[c] = samples[at + c] * scales[c];
                }
            }
            default -> {
                float paper = WHITE - samples[at + 3] * scales[3];
                for (int c = 0; c < pixel.length; c++) {
                    pixel[c] = (WHITE - samples[at + c] * scales[c]) * paper / WHITE;
                }
            }
        }
        if (colors == 1 && samples[at] == transparentGrey) {
            return 0;
        }
        return model.hasAlpha() ? samples[at + colors] * scales[colors] / WHITE : 1;
    }

    private void put(float[] row, int x, int width) {
        if (channels == 1) {
            boolean grey = pixel[0] == pixel[1] && pixel[1] == pixel[2];
            row[x] = grey ? pixel[0] : 0.299f * pixel[0] + 0.587f * pixel[1] + 0.114f * pixel[2];
        } else {
            for (int c = 0; c < channels; c++) {
                row[c * width + x] = pixel[c];
            }
        }
    }
}
