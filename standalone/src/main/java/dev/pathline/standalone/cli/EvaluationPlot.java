package dev.pathline.standalone.cli;

import dev.pathline.common.chart.Axis;
import dev.pathline.common.chart.LineChart;
import dev.pathline.common.chart.Point;
import dev.pathline.common.chart.Series;
import dev.pathline.engine.evaluation.report.EvaluationReport;
import dev.pathline.engine.evaluation.report.EvaluationSetting;
import dev.pathline.engine.evaluation.report.Measurement;
import dev.pathline.engine.evaluation.report.Metric;
import dev.pathline.engine.metrics.Estimate;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A metric against network evaluations, a line for each solver and guidance, with the floor and all intervals. */
final class EvaluationPlot {

    private static final String EVALUATIONS = "network evaluations";

    private EvaluationPlot() {}

    /**
     * Draws a report.
     *
     * @return a whole SVG file
     * @throws IllegalArgumentException if the metric was not measured
     */
    static String svg(EvaluationReport report, Metric metric) {
        @Nullable
        Estimate floor = report.floors().get(metric);
        if (floor == null) {
            throw new IllegalArgumentException(metric.key() + " was not measured; there are "
                    + String.join(", ", report.metrics().stream().map(Metric::key).toList()));
        }
        var lines = new LinkedHashMap<String, List<Point>>();
        for (Measurement measurement : report.measurements()) {
            @Nullable
            Estimate found = measurement.metrics().get(metric);
            if (found != null) {
                lines.computeIfAbsent(name(measurement.setting()), _ -> new ArrayList<>())
                        .add(point(measurement.setting().evaluations(), found, metric.factor()));
            }
        }
        List<Series> series = lines.entrySet().stream().map(line -> Series.dotted(line.getKey(),
                line.getValue().stream().sorted(Comparator.comparingDouble(Point::x)).toList())).toList();
        return LineChart.of(report.identity().model() + ": " + metric.heading(), Axis.automatic(EVALUATIONS),
                Axis.automatic(metric.heading()), series)
                .guide("real images", metric.factor() * floor.value(), metric.factor() * floor.low(),
                        metric.factor() * floor.high())
                .file();
    }

    /** Returns whether a text begins as such a file does. */
    static boolean isOne(String text) {
        return text.startsWith("<?xml") && text.contains("<svg ") && text.contains("class=\"chart\"")
                && text.contains(EVALUATIONS);
    }

    private static Point point(int evaluations, Estimate found, double factor) {
        return new Point(evaluations, factor * found.value(), factor * found.low(), factor * found.high());
    }

    private static String name(EvaluationSetting setting) {
        String scale = new BigDecimal(Double.toString(setting.cfgScale())).stripTrailingZeros().toPlainString();
        return setting.solver() + (setting.cfgScale() == 1 ? "" : ", guidance " + scale)
                + (setting.options().isEmpty() ? "" : ", " + setting.options());
    }
}
