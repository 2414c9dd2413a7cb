package dev.pathline.common.chart;

import java.util.ArrayList;
import java.util.List;

/**
 * A chart of one or more series over a common axis. It has a place for every case: no points, one point, values that
 * are not finite.
 *
 * @param title what it shows
 * @param x the axis along the bottom
 * @param y the axis along the side
 * @param series in the order in which they are drawn; the legend has the same order
 * @param guides levels to compare with
 * @param sequence whether the series are states of one thing in order, so that their colours go from pale to strong
 */
public record LineChart(
        String title,
        Axis x,
        Axis y,
        List<Series> series,
        List<Guide> guides,
        boolean sequence) {

    /** Takes copies. */
    public LineChart {
        series = List.copyOf(series);
        guides = List.copyOf(guides);
    }

    /**
     * A level that is drawn as a dashed line across the chart, on a band where it has an interval.
     *
     * @param name what it is
     * @param at its value on the side axis
     * @param low the lower end of its interval, or {@code at} where there is none
     * @param high the upper end of its interval, or {@code at} where there is none
     */
    public record Guide(String name, double at, double low, double high) {}

    /** Returns a chart of series that are different things. */
    public static LineChart of(String title, Axis x, Axis y, List<Series> series) {
        return new LineChart(title, x, y, series, List.of(), false);
    }

    /** Returns this chart with a level to compare with; one that is not finite is left out. */
    public LineChart guide(String name, double at) {
        return guide(name, at, at, at);
    }

    /** Returns this chart with a level and its interval to compare with; one that is not finite is left out. */
    public LineChart guide(String name, double at, double low, double high) {
        if (!Double.isFinite(low) || !Double.isFinite(at) || !Double.isFinite(high)) {
            return this;
        }
        var more = new ArrayList<>(guides);
        more.add(new Guide(name, at, low, high));
        return new LineChart(title, x, y, series, more, sequence);
    }

    /** Returns this chart with its series taken as states of one thing, the earliest first. */
    public LineChart asSequence() {
        return new LineChart(title, x, y, series, guides, true);
    }

    /** Returns an {@code <svg>} element for a page that has {@link ChartStyle#css()} among its styles. */
    public String svg() {
        return new LineChartSvg(this).draw("");
    }

    /** Returns a whole SVG file, with its style in it. */
    public String file() {
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + new LineChartSvg(this).draw(ChartStyle.css()) + "\n";
    }
}
