package dev.pathline.engine.data.images;

import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;

/**
 * The rows of a decoded image as numbers from 0 to 255, grey or coloured as wanted. What is transparent is laid on white;
 * colours become grey by ITU-R BT.601's luma.
 *
 * <p>Samples are taken from the raster as they are: {@link BufferedImage#getRGB} would take grey for linear light and
 * change it.
 */
final class PixelRows {

    private static final float WHITE = 255;

    private final Raster raster;
    private final ColorModel model;
    private final int channels;
    private final int bands;
    private final float scale;
    private final int[] samples;

    PixelRows(BufferedImage image, int channels) throws UnusableImageException {
        this.raster = image.getRaster();
        this.model = image.getColorModel();
        this.channels = channels;
        this.bands = raster.getNumBands();
        if (bands > 4 || (model instanceof IndexColorModel && bands != 1)) {
            throw new UnusableImageException("it has " + bands + " samples a pixel");
        }
        this.scale = WHITE / ((1 << model.getComponentSize(0)) - 1);
        this.samples = new int[bands * raster.getWidth()];
    }

    int width() {
        return raster.getWidth();
    }

    int height() {
        return raster.getHeight();
    }

    /** Writes a row, one channel after the other. */
    void read(int y, float[] row) {
        int width = width();
        raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, samples);
        for (int x = 0; x < width; x++) {
            float red;
            float green;
            float blue;
            float alpha = 1;
            if (model instanceof IndexColorModel palette) {
                int index = samples[x];
                red = palette.getRed(index);
                green = palette.getGreen(index);
                blue = palette.getBlue(index);
                alpha = palette.getAlpha(index) / WHITE;
            } else {
                int at = x * bands;
                boolean color = bands > 2;
                red = samples[at] * scale;
                green = color ? samples[at + 1] * scale : red;
                blue = color ? samples[at + 2] * scale : red;
                if (bands == 2 || bands == 4) {
                    alpha = samples[at + bands - 1] * scale / WHITE;
                }
            }
            put(row, x, width, new float[]{onWhite(red, alpha), onWhite(green, alpha), onWhite(blue, alpha)});
        }
    }

    private void put(float[] row, int x, int width, float[] color) {
        if (channels == 1) {
            boolean grey = color[0] == color[1] && color[1] == color[2];
            row[x] = grey ? color[0] : 0.299f * color[0] + 0.587f * color[1] + 0.114f * color[2];
        } else {
            for (int c = 0; c < channels; c++) {
                row[c * width + x] = color[c];
            }
        }
    }

    private static float onWhite(float value, float alpha) {
        return alpha == 1 ? value : alpha * value + (1 - alpha) * WHITE;
    }
}
