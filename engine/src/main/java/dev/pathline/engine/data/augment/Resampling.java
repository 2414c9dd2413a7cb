package dev.pathline.engine.data.augment;

/**
 * Images at other places than their pixels: Keys' cubic with a = -1/2 in both directions, which passes through the pixels
 * and reproduces quadratics. Outside, the image goes on as its mirror image around the outermost pixels.
 *
 * <p>Source: Keys, 'Cubic convolution interpolation for digital image processing', 1981, equation 15.
 */
final class Resampling {

    private static final int TAPS = 4;

    private Resampling() {}

    /** Writes to each pixel of {@code target} what {@code image} has at the place that the map says. */
    static void cubic(float[] image, ImageSize extent, AffineMap map, float[] target, int offset) {
        int width = extent.width();
        int height = extent.height();
        double centerX = (width - 1) / 2.0;
        double centerY = (height - 1) / 2.0;
        double[] weightsX = new double[TAPS];
        double[] weightsY = new double[TAPS];
        int[] columns = new int[TAPS];
        int[] rows = new int[TAPS];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                place(map.x(x - centerX, y - centerY) + centerX, width, columns, weightsX);
                place(map.y(x - centerX, y - centerY) + centerY, height, rows, weightsY);
                for (int c = 0; c < extent.channels(); c++) {
                    int plane = c * extent.plane();
                    double sum = 0;
                    for (int i = 0; i < TAPS; i++) {
                        int row = plane + rows[i] * width;
                        sum += weightsY[i] * (weightsX[0] * image[row + columns[0]]
                                + weightsX[1] * image[row + columns[1]] + weightsX[2] * image[row + columns[2]]
                                + weightsX[3] * image[row + columns[3]]);
                    }
                    target[offset + plane + y * width + x] = (float) sum;
                }
            }
        }
    }

    /** The pixel at {@code i} of a row of {@code size} pixels that goes on as its mirror image. */
    static int reflected(int i, int size) {
        if (i >= 0 && i < size) {
            return i;
        }
        if (size == 1) {
            return 0;
        }
        int folded = Math.floorMod(i, 2 * size - 2);
        return folded < size ? folded : 2 * size - 2 - folded;
    }

    private static void place(double at, int size, int[] pixels, double[] weights) {
        int base = (int) Math.floor(at);
        double f = at - base;
        weights[0] = ((-0.5 * f + 1) * f - 0.5) * f;
        weights[1] = (1.5 * f - 2.5) * f * f + 1;
        weights[2] = ((-1.5 * f + 2) * f + 0.5) * f;
        weights[3] = (0.5 * f - 0.5) * f * f;
        for (int i = 0; i < TAPS; i++) {
            pixels[i] = reflected(base - 1 + i, size);
        }
    }
}
