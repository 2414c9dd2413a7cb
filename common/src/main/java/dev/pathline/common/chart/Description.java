package dev.pathline.common.chart;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a chart shows, in words, for those who do not see it. */
final class Description {

    private Description() {}

    /** Returns a sentence for each series. */
    static String of(LineChart chart) {
        return chart.series().stream().filter(series -> !series.name().isEmpty()).map(series -> sentence(chart, series))
                .collect(Collectors.joining(" "));
    }

    private static String sentence(LineChart chart, Series series) {
        List<Point> points = series.points().stream().filter(Point::drawable).toList();
        if (points.isEmpty()) {
            return series.name() + ": no values.";
        }
        Point first = points.getFirst();
        Point last = points.getLast();
        if (points.size() == 1) {
            return series.name() + ": " + number(first.y()) + " at " + chart.x().title() + " " + number(first.x())
                    + ".";
        }
        Point least = points.stream().min(Comparator.comparingDouble(Point::y)).orElse(first);
        Point largest = points.stream().max(Comparator.comparingDouble(Point::y)).orElse(first);
        return series.name() + ": from " + number(first.y()) + " to " + number(last.y()) + " over " + chart.x().title()
                + " " + number(first.x()) + " to " + number(last.x()) + "; least " + number(least.y()) + ", largest "
                + number(largest.y()) + ".";
    }

    private static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e9
                ? Long.toString((long) value)
                : String.format(Locale.ROOT, "%.4g", value);
    }
}
