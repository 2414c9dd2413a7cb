package dev.pathline.common.chart;

import java.util.ArrayList;
import java.util.List;

/** Draws a {@link LineChart}. */
final class LineChartSvg {

    private static final double WIDTH = 480;
    private static final double HEIGHT = 276;
    static final double MARGIN = 14;

    private final LineChart chart;
    private final Svg svg = new Svg();

    LineChartSvg(LineChart chart) {
        this.chart = chart;
    }

    /** @param style what goes into a {@code <style>} of its own, or an empty text */
    String draw(String style) {
        // A legend of several rows makes the chart higher, not its field smaller.
        var legend = new Legend(chart, WIDTH - 2 * MARGIN);
        double height = HEIGHT + Math.max(0, legend.height() - Legend.ROW);
        svg.open("svg", "xmlns", "http://www.w3.org/2000/svg", "class", "chart", "role", "img", "viewBox",
                "0 0 " + Svg.number(WIDTH) + " " + Svg.number(height));
        svg.text("title", chart.title());
        svg.text("desc", Description.of(chart));
        if (!style.isEmpty()) {
            svg.text("style", style);
        }
        svg.text("text", chart.title(), "class", "heading", "x", MARGIN, "y", 22);
        legend.draw(svg, MARGIN, 30);
        double top = 30 + legend.height() + 26;
        svg.text("text", chart.y().title(), "x", MARGIN, "y", top - 12);
        Frame frame = Frame.of(chart, MARGIN, WIDTH - MARGIN, top, height - 40);
        svg.text("text", chart.x().title(), "x", frame.right(), "y", height - 6, "text-anchor", "end");
        grid(frame);
        for (LineChart.Guide guide : chart.guides()) {
            double y = frame.py(guide.at());
            if (guide.low() < guide.high()) {
                svg.empty("rect", "class", "band", "x", frame.left(), "width", frame.right() - frame.left(), "y",
                        frame.py(guide.high()), "height", frame.py(guide.low()) - frame.py(guide.high()));
            }
            svg.empty("line", "class", "guide", "x1", frame.left(), "x2", frame.right(), "y1", y, "y2", y);
        }
        for (int i = 0; i < chart.series().size(); i++) {
            series(frame, chart.series().get(i), Look.of(chart, i));
        }
        if (chart.series().stream().allMatch(series -> series.points().isEmpty())) {
            svg.text("text", "nothing yet", "x", (frame.left() + frame.right()) / 2, "y",
                    (frame.top() + frame.bottom()) / 2, "text-anchor", "middle");
        }
        return svg.close("svg").toString();
    }

    private void grid(Frame frame) {
        boolean empty = chart.series().stream().noneMatch(series -> series.points().stream().anyMatch(Point::drawable));
        svg.empty("line", "class", "grid", "x1", frame.left(), "x2", frame.right(), "y1", frame.bottom(), "y2",
                frame.bottom());
        if (empty) {
            return;
        }
        for (Tick tick : frame.yTicks()) {
            double y = frame.py(tick.at());
            svg.empty("line", "class", "grid", "x1", frame.left(), "x2", frame.right(), "y1", y, "y2", y);
            svg.text("text", tick.label(), "x", frame.left() - 8, "y", y + 4, "text-anchor", "end");
        }
        for (Tick tick : frame.xTicks()) {
            double x = frame.px(tick.at());
            svg.empty("line", "class", "grid", "x1", x, "x2", x, "y1", frame.bottom(), "y2", frame.bottom() + 4);
            svg.text("text", tick.label(), "x", frame.labelAt(tick), "y", frame.bottom() + 17, "text-anchor",
                    "middle");
        }
    }

    private void series(Frame frame, Series series, Look look) {
        for (List<Point> part : parts(series.points())) {
            if (part.size() > 1) {
                svg.empty("path", "class", look.line(), "d", path(frame, part));
            }
            for (Point point : part) {
                if (point.hasInterval()) {
                    interval(frame, point, look);
                }
                // A point that has no neighbours would not be seen as a line.
                if (part.size() == 1 || series.look() == Series.Look.DOTTED) {
                    svg.empty("circle", "class", look.dot(), "cx", frame.px(point.x()), "cy", frame.py(point.y()), "r",
                            3);
                }
            }
        }
        for (Point point : series.points()) {
            if (Double.isFinite(point.x()) && !point.drawable()) {
                lost(frame.px(point.x()), frame.top());
            }
        }
    }

    /** The runs of points that have a place. */
    private static List<List<Point>> parts(List<Point> points) {
        var parts = new ArrayList<List<Point>>();
        var part = new ArrayList<Point>();
        for (Point point : points) {
            if (point.drawable()) {
                part.add(point);
            } else if (!part.isEmpty()) {
                parts.add(List.copyOf(part));
                part.clear();
            }
        }
        if (!part.isEmpty()) {
            parts.add(part);
        }
        return parts;
    }

    private static String path(Frame frame, List<Point> points) {
        var path = new StringBuilder();
        for (Point point : points) {
            path.append(path.isEmpty() ? "M" : "L").append(Svg.number(frame.px(point.x()))).append(' ')
                    .append(Svg.number(frame.py(point.y())));
        }
        return path.toString();
    }

    private void interval(Frame frame, Point point, Look look) {
        double x = frame.px(point.x());
        double low = frame.py(point.low());
        double high = frame.py(point.high());
        svg.empty("path", "class", look.interval(), "d", "M" + Svg.number(x) + " " + Svg.number(low) + "V"
                + Svg.number(high) + "M" + Svg.number(x - 4) + " " + Svg.number(low) + "h8M" + Svg.number(x - 4) + " "
                + Svg.number(high) + "h8");
    }

    /** A value that is not finite: a cross at the upper edge. */
    private void lost(double x, double y) {
        String at = Svg.number(x - 3.5) + " ";
        svg.open("path", "class", "lost", "d", "M" + at + Svg.number(y - 3.5) + "l7 7M" + at + Svg.number(y + 3.5)
                + "l7 -7");
        svg.text("title", "not finite").close("path");
    }
}
