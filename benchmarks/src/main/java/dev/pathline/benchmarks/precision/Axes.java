package dev.pathline.benchmarks.precision;

import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import org.knowm.xchart.style.AxesChartStyler;

/**
 * Logarithmic axes. XChart's own have labels at powers of ten only, and many lines between them; so these are linear in the
 * logarithms, and the labels are powers: of two for the work, of ten for the error.
 */
final class Axes {
    /** Of the error: 1 is as wrong as can be told, in every problem here. */
    private static final double HIGHEST = 0;

    private Axes() {}

    static double[] work(Curve curve) {
        return curve.points().stream().mapToDouble(point -> Math.log(point.evaluations()) / Math.log(2)).toArray();
    }

    static double[] error(Curve curve) {
        return curve.points().stream().mapToDouble(point -> Math.log10(point.error())).toArray();
    }

    /** Gives a chart axes for all of {@code curves}, whichever of them it shows. */
    static void logarithmic(AxesChartStyler style, List<Curve> curves) {
        var work = new DoubleSummaryStatistics();
        var error = new DoubleSummaryStatistics();
        for (Curve curve : curves) {
            for (double value : work(curve)) {
                work.accept(value);
            }
            for (double value : error(curve)) {
                error.accept(value);
            }
        }
        style.setXAxisMin(work.getMin()).setXAxisMax(work.getMax()).setXAxisTickMarkSpacingHint(50)
                .setxAxisTickLabelsFormattingFunction(
                        power -> power == Math.rint(power) ? String.valueOf(Math.round(Math.pow(2, power))) : "");
        style.setYAxisMin(error.getMin()).setYAxisMax(Math.min(error.getMax(), HIGHEST))
                .setyAxisTickLabelsFormattingFunction(power -> String.format(Locale.ROOT, "%.0e", Math.pow(10, power)));
    }
}
