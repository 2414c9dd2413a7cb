package dev.pathline.benchmarks.precision;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws curves as error against evaluations, both axes logarithmic. A colour is a family, a marker one of its members. */
final class Diagram {
    private static final List<Marker> MARKERS = List.of(SeriesMarkers.CIRCLE, SeriesMarkers.SQUARE,
            SeriesMarkers.TRIANGLE_UP, SeriesMarkers.DIAMOND, SeriesMarkers.CROSS, SeriesMarkers.TRIANGLE_DOWN,
            SeriesMarkers.OVAL, SeriesMarkers.RECTANGLE);

    private Diagram() {}

    static void draw(Path file, String title, String yTitle, List<Curve> curves) throws IOException {
        XYChart chart = new XYChartBuilder().width(1100).height(720).title(title)
                .xAxisTitle("network evaluations").yAxisTitle(yTitle).build();
        style(chart, curves);
        Map<Family, Integer> members = new TreeMap<>();
        curves.stream().sorted(Comparator.comparing(Curve::family)).forEach(curve -> {
            int member = members.merge(curve.family(), 1, Integer::sum) - 1;
            add(chart, curve, member);
        });
        BitmapEncoder.saveBitmap(chart, file.toString(), BitmapFormat.PNG);
    }

    private static void add(XYChart chart, Curve curve, int member) {
        XYSeries series = chart.addSeries(curve.name(),
                curve.points().stream().mapToDouble(point -> log2(point.evaluations())).toArray(),
                curve.points().stream().mapToDouble(point -> Math.log10(point.error())).toArray());
        Color colour = curve.family().colour();
        series.setLineColor(colour).setLineStyle(new BasicStroke(1.6f));
        series.setMarkerColor(colour).setMarker(MARKERS.get(member % MARKERS.size()));
    }

    private static void style(XYChart chart, List<Curve> curves) {
        var style = chart.getStyler();
        style.setChartBackgroundColor(Color.WHITE).setLegendPosition(LegendPosition.OutsideE)
                .setLegendBorderColor(Color.WHITE).setLegendFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13))
                .setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, 16)).setMarkerSize(7);
        style.setPlotGridLinesColor(new Color(0xE0E0E0)).setAxisTitleFont(new Font(Font.SANS_SERIF, Font.PLAIN, 14))
                .setAxisTickLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13));
        // XChart's own logarithmic axes have labels at powers of ten only, and too many lines between them; so the axes
        // are linear in the logarithms, and the labels are powers.
        DoubleSummaryStatistics work = curves.stream().flatMap(curve -> curve.points().stream())
                .mapToDouble(point -> log2(point.evaluations())).summaryStatistics();
        style.setXAxisMin(Math.floor(work.getMin())).setXAxisMax(Math.ceil(work.getMax()))
                .setXAxisTickMarkSpacingHint(90)
                .setxAxisTickLabelsFormattingFunction(
                        power -> isWhole(power) ? String.valueOf(Math.round(Math.pow(2, power))) : "");
        style.setyAxisTickLabelsFormattingFunction(
                power -> String.format(Locale.ROOT, isWhole(power) ? "%.0e" : "%.1e", Math.pow(10, power)));
    }

    private static boolean isWhole(double power) {
        return Math.abs(power - Math.rint(power)) < 1e-9;
    }

    private static double log2(double value) {
        return Math.log(value) / Math.log(2);
    }
}
