package dev.pathline.common.image;

import java.util.Arrays;
import java.util.List;

/**
 * Points of the plane as a square picture: translucent discs on white, a colour for each group, both directions to one
 * scale and no axes. It shows where points are dense; for numbers there is {@link Npy}.
 */
public final class ScatterPlot {

    private static final double MARGIN = 0.06;
    private static final double RADIUS = 0.006;
    private static final double OPACITY = 0.55;
    /** Colours that stay apart for the colour-blind (Okabe and Ito, 2008). */
    private static final int[][] COLOURS = {{0, 114, 178}, {213, 94, 0}, {0, 158, 115}, {204, 121, 167}, {230, 159, 0},
        {86, 180, 233}};

    private final int size;
    private final byte[] pixels;

    private ScatterPlot(int size) {
        this.size = size;
        this.pixels = new byte[Math.multiplyExact(Math.multiplyExact(size, size), 3)];
        Arrays.fill(pixels, (byte) 0xff);
    }

    /**
     * Draws points, the first below the last.
     *
     * @param points two coordinates each; what is not finite is left out
     * @param groups the group of each point, from 0; colours repeat after six
     * @param size width and height in pixels, at least 1
     * @throws IllegalArgumentException if a point has not two coordinates, or groups and points differ in number
     */
    public static Raster of(List<float[]> points, int[] groups, int size) {
        if (groups.length != points.size() || points.stream().anyMatch(point -> point.length != 2)) {
            throw new IllegalArgumentException("a scatter plot needs points of two coordinates and a group for each");
        }
        var plot = new ScatterPlot(size);
        double[] middle = new double[2];
        double span = 0;
        for (int axis = 0; axis < 2; axis++) {
            int at = axis;
            double[] values = points.stream().filter(point -> Float.isFinite(point[0] + point[1]))
                    .mapToDouble(point -> point[at]).toArray();
            double low = Arrays.stream(values).min().orElse(0);
            double high = Arrays.stream(values).max().orElse(0);
            middle[axis] = (low + high) / 2;
            span = Math.max(span, high - low);
        }
        double scale = (1 - 2 * MARGIN) * size / (span > 0 ? span : 1);
        for (int i = 0; i < groups.length; i++) {
            float[] point = points.get(i);
            plot.disc(size / 2.0 + scale * (point[0] - middle[0]), size / 2.0 - scale * (point[1] - middle[1]),
                    COLOURS[groups[i] % COLOURS.length]);
        }
        return new Raster(size, size, 3, plot.pixels);
    }

    private void disc(double x, double y, int[] colour) {
        double radius = Math.max(1.5, RADIUS * size);
        for (int row = edge(y - radius - 1); row < edge(y + radius + 1); row++) {
            for (int column = edge(x - radius - 1); column < edge(x + radius + 1); column++) {
                double distance = Math.hypot(column + 0.5 - x, row + 0.5 - y);
                double cover = OPACITY * Math.clamp(radius + 0.5 - distance, 0, 1);
                for (int channel = 0; channel < 3; channel++) {
                    int at = (row * size + column) * 3 + channel;
                    pixels[at] = (byte) Math.round((1 - cover) * (pixels[at] & 0xff) + cover * colour[channel]);
                }
            }
        }
    }

    /** A pixel's edge inside the picture; what is not finite has none, and its disc is empty. */
    private int edge(double value) {
        return Math.clamp(Math.round(value), 0, size);
    }
}
