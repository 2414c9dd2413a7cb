package dev.pathline.common.chart;

import java.util.List;

/**
 * Points that belong together.
 *
 * @param name what the legend says; an empty name is not in it
 * @param points by growing x
 * @param look how they are drawn
 */
public record Series(String name, List<Point> points, Look look) {

    /** How a series is drawn. */
    public enum Look {
        /** A line. */
        LINE,
        /** A thin, pale line, for the noisy values behind a smoothed one. */
        FAINT,
        /** A line with a dot at every point, for few measurements. */
        DOTTED
    }

    /** Takes a copy. */
    public Series {
        points = List.copyOf(points);
    }

    /** Returns a series that is drawn as a line. */
    public static Series line(String name, List<Point> points) {
        return new Series(name, points, Look.LINE);
    }

    /** Returns a series that is drawn thin and pale. */
    public static Series faint(String name, List<Point> points) {
        return new Series(name, points, Look.FAINT);
    }

    /** Returns a series whose points are marked, with their intervals where they have one. */
    public static Series dotted(String name, List<Point> points) {
        return new Series(name, points, Look.DOTTED);
    }
}
