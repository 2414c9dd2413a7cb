package dev.pathline.common.chart;

import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/**
 * The field that the curves are in, its scales and its marks.
 *
 * @param left the field's left edge, right of the labels
 * @param right its right edge
 * @param top its upper edge
 * @param bottom its lower edge, above the labels
 * @param x the scale along the bottom
 * @param y the scale along the side
 * @param yTicks the marks along the side
 */
record Frame(double left, double right, double top, double bottom, Scale x, Scale y, List<Tick> yTicks) {

    private static final double FONT = 12;
    private static final double APART = 7;

    /** Returns the field of a chart between given edges; the labels of the side axis take from its left. */
    static Frame of(LineChart chart, double left, double right, double top, double bottom) {
        double[] xs = points(chart).mapToDouble(Point::x).toArray();
        double[] ys = DoubleStream.concat(
                points(chart).flatMapToDouble(p -> p.hasInterval()
                        ? DoubleStream.of(p.y(), p.low(), p.high())
                        : DoubleStream.of(p.y())),
                chart.guides().stream().flatMapToDouble(guide -> DoubleStream.of(guide.low(), guide.high())))
                .toArray();
        Scale x = scale(chart.x(), xs);
        Scale y = scale(chart.y(), ys);
        List<Tick> ticks = fitting(y, (int) ((bottom - top) / 36), tick -> -(bottom - top) * y.position(tick.at()),
                tick -> FONT);
        double labels = ticks.stream().mapToDouble(Frame::width).max().orElse(0);
        return new Frame(left + labels + 8, right, top, bottom, x, y, ticks);
    }

    private static Stream<Point> points(LineChart chart) {
        return chart.series().stream().flatMap(series -> series.points().stream()).filter(Point::drawable);
    }

    private static Scale scale(Axis axis, double[] values) {
        return values.length == 0
                ? new Scale.Linear(0, 1)
                : axis.scale(DoubleStream.of(values).min().orElse(0), DoubleStream.of(values).max().orElse(1));
    }

    /** Returns the marks along the bottom. */
    List<Tick> xTicks() {
        return fitting(x, (int) ((right - left) / 64), this::labelAt, Frame::width);
    }

    /** Returns where the middle of a label along the bottom is: below its mark, but within the picture. */
    double labelAt(Tick tick) {
        return Math.min(px(tick.at()), right + LineChartSvg.MARGIN - 2 - width(tick) / 2);
    }

    private static double width(Tick tick) {
        return TextWidth.of(tick.label(), FONT);
    }

    /** As many marks as there is room for: fewer are asked for until no two labels touch. */
    private static List<Tick> fitting(Scale scale, int most, ToDoubleFunction<Tick> place,
            ToDoubleFunction<Tick> size) {
        for (int wanted = most; wanted > 1; wanted--) {
            List<Tick> ticks = scale.ticks(wanted);
            boolean apart = true;
            for (int i = 1; i < ticks.size() && apart; i++) {
                double between = Math.abs(place.applyAsDouble(ticks.get(i)) - place.applyAsDouble(ticks.get(i - 1)));
                apart = between >= (size.applyAsDouble(ticks.get(i)) + size.applyAsDouble(ticks.get(i - 1))) / 2
                        + APART;
            }
            if (apart) {
                return ticks;
            }
        }
        return scale.ticks(1).stream().limit(1).toList();
    }

    /** Returns where a value is along the bottom. */
    double px(double value) {
        return left + (right - left) * x.position(value);
    }

    /** Returns where a value is along the side. */
    double py(double value) {
        return bottom - (bottom - top) * y.position(value);
    }
}
