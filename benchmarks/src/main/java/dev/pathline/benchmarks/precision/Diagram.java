package dev.pathline.benchmarks.precision;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws curves as error against evaluations, both axes logarithmic. */
final class Diagram {
    private static final int COLUMNS = 3;
    private static final Color REST = new Color(0xDDDDDD);

    /** Those of Okabe and Ito, which colour-blind people can tell apart too. */
    private static final int[] COLOURS = {0x0072B2, 0xD55E00, 0x009E73, 0xCC79A7, 0xE69F00, 0x56B4E9, 0x000000,
        0x888888};

    private static final List<Marker> MARKERS = List.of(SeriesMarkers.CIRCLE, SeriesMarkers.SQUARE,
            SeriesMarkers.TRIANGLE_UP, SeriesMarkers.DIAMOND, SeriesMarkers.TRIANGLE_DOWN, SeriesMarkers.CROSS,
            SeriesMarkers.OVAL, SeriesMarkers.RECTANGLE);

    private Diagram() {}

    /** One panel with all curves, and the legend beside it. */
    static void single(Path file, String title, String error, List<Curve> curves) throws IOException {
        XYChart chart = chart(title, error, curves, 900, 520);
        chart.getStyler().setLegendPosition(LegendPosition.OutsideE);
        addAll(chart, Curve.joined(curves));
        Png.write(BitmapEncoder.getBufferedImage(chart), file);
    }

    /** A panel for each family, with all other curves in grey behind it, and axes in common. */
    static void panels(Path file, String error, List<Curve> curves) throws IOException {
        Map<Family, List<Curve>> families = curves.stream().collect(
                Collectors.groupingBy(Curve::family, () -> new EnumMap<>(Family.class), Collectors.toList()));
        List<BufferedImage> panels = new ArrayList<>();
        families.forEach((family, members) -> {
            XYChart chart = chart(family.title(), error, curves, 470, 430);
            curves.stream().filter(curve -> curve.family() != family).forEach(curve -> addBehind(chart, curve));
            addAll(chart, Curve.joined(members));
            // Errors fall, so this corner is empty.
            chart.getStyler().setLegendPosition(LegendPosition.InsideSW);
            panels.add(BitmapEncoder.getBufferedImage(chart));
        });
        Png.write(tiled(panels), file);
    }

    private static BufferedImage tiled(List<BufferedImage> panels) {
        int width = panels.getFirst().getWidth();
        int height = panels.getFirst().getHeight();
        int columns = Math.min(COLUMNS, panels.size());
        var image = new BufferedImage(columns * width, (panels.size() + columns - 1) / columns * height,
                BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, image.getWidth(), image.getHeight());
        for (int i = 0; i < panels.size(); i++) {
            graphics.drawImage(panels.get(i), i % columns * width, i / columns * height, null);
        }
        graphics.dispose();
        return image;
    }

    private static void addAll(XYChart chart, List<Curve> curves) {
        for (int i = 0; i < curves.size(); i++) {
            Curve curve = curves.get(i);
            var series = chart.addSeries(curve.name().replace(" = ", "\n = "), Axes.work(curve), Axes.error(curve));
            Color colour = new Color(COLOURS[i % COLOURS.length]);
            series.setLineColor(colour).setLineStyle(new BasicStroke(1.6f));
            series.setMarkerColor(colour).setMarker(MARKERS.get(i % MARKERS.size()));
        }
    }

    private static void addBehind(XYChart chart, Curve curve) {
        var series = chart.addSeries(curve.name(), Axes.work(curve), Axes.error(curve));
        series.setLineColor(REST).setLineStyle(new BasicStroke(1)).setShowInLegend(false);
        series.setMarker(SeriesMarkers.NONE);
    }

    private static XYChart chart(String title, String error, List<Curve> curves, int width, int height) {
        XYChart chart = new XYChartBuilder().width(width).height(height).title(title)
                .xAxisTitle("network evaluations").yAxisTitle(error).build();
        var style = chart.getStyler();
        style.setChartBackgroundColor(Color.WHITE).setLegendBorderColor(new Color(255, 255, 255, 0))
                .setLegendBackgroundColor(new Color(255, 255, 255, 0)).setLegendPadding(4).setLegendSeriesLineLength(18)
                .setLegendFont(font(Font.PLAIN, 11)).setChartTitleFont(font(Font.BOLD, 14)).setMarkerSize(6);
        style.setPlotGridLinesColor(new Color(0xEEEEEE)).setAxisTitleFont(font(Font.PLAIN, 12))
                .setAxisTickLabelsFont(font(Font.PLAIN, 11));
        Axes.logarithmic(style, curves);
        return chart;
    }

    private static Font font(int style, int size) {
        return new Font(Font.SANS_SERIF, style, size);
    }
}
