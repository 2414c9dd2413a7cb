package dev.pathline.engine.data.augment;

import java.util.Arrays;

/** {@code (r, g, b) -> M (r, g, b) + t}, as rows of {@code M} with {@code t} at their ends. Immutable. */
final class ColorMap {

    static final ColorMap IDENTITY = diagonal(1, 0);

    /** {@code I - 2 v v^T}, {@code v} the axis of greys. */
    static final ColorMap LUMA_NEGATED = alongGreys(-1, 1);

    private static final int COLORS = 3;
    private static final int WIDTH = COLORS + 1;

    private final double[] rows;

    private ColorMap(double[] rows) {
        this.rows = rows;
    }

    static ColorMap brighter(double by) {
        return diagonal(1, by);
    }

    static ColorMap multiplied(double by) {
        return diagonal(by, 0);
    }

    /** {@code v v^T + (I - v v^T) by}. */
    static ColorMap saturated(double by) {
        return alongGreys(1, by);
    }

    /** Rodrigues' rotation around the axis of greys. */
    static ColorMap turned(double angle) {
        double cos = Math.cos(angle);
        double third = (1 - cos) / COLORS;
        double sin = Math.sin(angle) / Math.sqrt(COLORS);
        return of((i, j) -> i == j ? cos + third : third + ((j - i + COLORS) % COLORS == 1 ? -sin : sin));
    }

    /** Returns the map that does this one and then {@code next}. */
    ColorMap then(ColorMap next) {
        if (next.isIdentity()) {
            return this;
        }
        double[] product = new double[rows.length];
        for (int i = 0; i < COLORS; i++) {
            for (int j = 0; j < WIDTH; j++) {
                double sum = j == COLORS ? next.rows[i * WIDTH + COLORS] : 0;
                for (int k = 0; k < COLORS; k++) {
                    sum += next.rows[i * WIDTH + k] * rows[k * WIDTH + j];
                }
                product[i * WIDTH + j] = sum;
            }
        }
        return new ColorMap(product);
    }

    /** Changes an image in place. A grey one is what its three equal colours become on average. */
    void apply(float[] image, int offset, ImageSize extent) {
        if (isIdentity()) {
            return;
        }
        int plane = extent.plane();
        if (extent.channels() == 1) {
            double gain = 0;
            double added = 0;
            for (int i = 0; i < COLORS; i++) {
                gain += rows[i * WIDTH] + rows[i * WIDTH + 1] + rows[i * WIDTH + 2];
                added += rows[i * WIDTH + COLORS];
            }
            for (int p = offset; p < offset + plane; p++) {
                image[p] = (float) ((gain * image[p] + added) / COLORS);
            }
            return;
        }
        for (int p = offset; p < offset + plane; p++) {
            float r = image[p];
            float g = image[p + plane];
            float b = image[p + 2 * plane];
            for (int i = 0; i < COLORS; i++) {
                int row = i * WIDTH;
                image[p + i * plane] = (float) (rows[row] * r + rows[row + 1] * g + rows[row + 2] * b
                        + rows[row + COLORS]);
            }
        }
    }

    private boolean isIdentity() {
        return Arrays.equals(rows, IDENTITY.rows);
    }

    private static ColorMap diagonal(double scale, double added) {
        double[] rows = new double[COLORS * WIDTH];
        for (int i = 0; i < COLORS; i++) {
            rows[i * WIDTH + i] = scale;
            rows[i * WIDTH + COLORS] = added;
        }
        return new ColorMap(rows);
    }

    private static ColorMap alongGreys(double grey, double rest) {
        return of((i, j) -> (grey - rest) / COLORS + (i == j ? rest : 0));
    }

    private interface Element {
        double of(int row, int column);
    }

    private static ColorMap of(Element element) {
        double[] rows = new double[COLORS * WIDTH];
        for (int i = 0; i < COLORS; i++) {
            for (int j = 0; j < COLORS; j++) {
                rows[i * WIDTH + j] = element.of(i, j);
            }
        }
        return new ColorMap(rows);
    }
}
