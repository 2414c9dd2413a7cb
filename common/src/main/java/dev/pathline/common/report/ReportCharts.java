package dev.pathline.common.report;

import dev.pathline.common.chart.Axis;
import dev.pathline.common.chart.LineChart;
import dev.pathline.common.chart.Point;
import dev.pathline.common.chart.Series;
import dev.pathline.common.wire.TrainingRunEvent.NoiseLevel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** The curves of a run. */
final class ReportCharts {

    /** More points than a chart has pixels say nothing more. */
    private static final int POINTS = 400;
    /** How many points the smooth curve of the loss has: enough to bend, few enough to be smooth. */
    private static final int SMOOTH = 40;
    private static final int STATES = 6;
    private static final Axis STEP = Axis.linear("step");

    private ReportCharts() {}

    /** Returns the charts that the run's points suffice for. */
    static List<LineChart> of(RunHistory history, RunReport.@Nullable Optimizer optimizer) {
        List<ProgressPoint> points = history.points(POINTS);
        var charts = new ArrayList<LineChart>();
        charts.add(LineChart.of("Loss", STEP, Axis.automatic("mean unweighted loss"), loss(history, points)));
        List<ProgressPoint> levelled = history.points().stream().filter(point -> !point.byNoise().isEmpty()).toList();
        if (!levelled.isEmpty()) {
            List<Series> states = ProgressPoint.reduced(levelled, STATES).stream().map(ReportCharts::byNoise).toList();
            charts.add(LineChart.of("Loss by noise level", Axis.linear("ln(sigma/alpha): from clean to noise"),
                    Axis.automatic("mean unweighted loss"), states).asSequence());
        }
        LineChart norm = LineChart.of("Gradient norm", STEP, Axis.automatic("largest norm, before clipping"),
                List.of(Series.line("norm", curve(points, ProgressPoint::gradientNorm))));
        charts.add(optimizer == null
                ? norm
                : norm.guide("clipped above " + shortly(optimizer.clipNorm()), optimizer.clipNorm()));
        charts.add(LineChart.of("Throughput", STEP, Axis.fromZero("images per second of training"),
                List.of(Series.line("images per second", curve(points, ProgressPoint::imagesPerSecond)))));
        if (optimizer != null) {
            charts.add(LineChart.of("Learning rate", STEP, Axis.linear("rate of the step"),
                    List.of(Series.line("rate", curve(points,
                            point -> optimizer.rate().at(point.step(), (double) point.step() / point.steps()))))));
        }
        return charts;
    }

    private static List<Series> loss(RunHistory history, List<ProgressPoint> points) {
        if (points.size() <= 2 * SMOOTH) {
            return List.of(Series.line("loss", curve(points, ProgressPoint::loss)));
        }
        return List.of(Series.faint("reports", curve(points, ProgressPoint::loss)),
                Series.line("mean of neighbouring reports", curve(history.points(SMOOTH), ProgressPoint::loss)));
    }

    private static List<Point> curve(List<ProgressPoint> points, ToDoubleFunction<ProgressPoint> value) {
        return points.stream().map(point -> Point.of((double) point.step(), value.applyAsDouble(point))).toList();
    }

    private static Series byNoise(ProgressPoint state) {
        List<Point> points = state.byNoise().stream().filter(level -> level.rows() > 0)
                .map(level -> Point.of(middle(level), NoiseMeans.loss(level))).toList();
        return Series.dotted("to step " + state.step(), points);
    }

    /** The middle of an interval, or the end that it has. */
    private static double middle(NoiseLevel level) {
        double from = NoiseMeans.from(level);
        double to = NoiseMeans.to(level);
        return Double.isInfinite(from) ? to : Double.isInfinite(to) ? from : (from + to) / 2;
    }

    private static String shortly(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }
}
