package dev.pathline.common.chart;

/**
 * A point of a series. A value that is not finite is a gap in the line, and a cross at the chart's upper edge.
 *
 * @param x where it is
 * @param y its value
 * @param low the lower end of its interval, or {@code y} where there is none
 * @param high the upper end of its interval, or {@code y} where there is none
 */
public record Point(double x, double y, double low, double high) {

    /** Returns a point without an interval. */
    public static Point of(double x, double y) {
        return new Point(x, y, y, y);
    }

    /** Whether the point has a place on a chart. */
    boolean drawable() {
        return Double.isFinite(x) && Double.isFinite(y);
    }

    /** Whether there is an interval to draw. */
    boolean hasInterval() {
        return Double.isFinite(low) && Double.isFinite(high) && low < high;
    }
}
