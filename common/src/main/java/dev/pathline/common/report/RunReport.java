package dev.pathline.common.report;

import dev.pathline.common.chart.LineChart;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the report of a run shows: one HTML page that needs nothing else.
 *
 * @param name the name of what is trained
 * @param description a sentence about it, or an empty text
 * @param facts names and values, in the order in which they are shown; an empty text is left out
 * @param history what happened
 * @param optimizer how weights were changed; null where that is not known
 * @param sheets the sample sheets
 * @param specification the text of the specification, or an empty text
 */
public record RunReport(
        String name,
        String description,
        Map<String, String> facts,
        RunHistory history,
        @Nullable Optimizer optimizer,
        List<Sheet> sheets,
        String specification) {

    /** Takes copies. */
    public RunReport {
        facts = new LinkedHashMap<>(facts);
        sheets = List.copyOf(sheets);
    }

    /**
     * How weights were changed.
     *
     * @param clipNorm longer gradients were made as long as this
     * @param rate the learning rate
     */
    public record Optimizer(double clipNorm, Rate rate) {}

    /** A learning rate. */
    @FunctionalInterface
    public interface Rate {
        /**
         * Returns the rate of a step.
         *
         * @param step from 1
         * @param share the share of the budget that is spent by then, from 0 to 1
         */
        double at(long step, double share);
    }

    /**
     * A sample sheet.
     *
     * @param step the step of its weights
     * @param source a {@code data:} address of the picture
     */
    public record Sheet(long step, String source) {}

    /** Returns the page. */
    public String html() {
        List<LineChart> charts = ReportCharts.of(history, optimizer);
        return new ReportPage(this, charts).html();
    }
}
