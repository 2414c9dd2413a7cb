package dev.pathline.engine.evaluation.report;

import dev.pathline.engine.metrics.Estimate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A report as CSV (RFC 4180): the floors in the first line under the headings, then a line a setting. */
public final class EvaluationCsv {

    private static final List<String> SETTING = List.of("solver", "timeGrid", "steps", "cfgScale", "options",
            "evaluations", "rows", "seconds");

    private static final String REAL = "real images";

    private EvaluationCsv() {}

    /** Returns the text. */
    public static String write(EvaluationReport report) {
        var text = new StringBuilder();
        var head = new ArrayList<String>(SETTING);
        for (Metric metric : report.metrics()) {
            head.addAll(List.of(metric.key(), metric.key() + "Low", metric.key() + "High"));
        }
        line(text, head);
        line(text, cells(List.of(REAL, "", "", "", "", "", "", ""), report, report.floors()));
        for (Measurement m : report.measurements()) {
            EvaluationSetting s = m.setting();
            line(text, cells(List.of(s.solver(), s.timeGrid(), s.steps(), s.cfgScale(), s.options(), s.evaluations(),
                    s.rows(), m.seconds()), report, m.metrics()));
        }
        return text.toString();
    }

    /**
     * Returns whether a text is a report that {@link #write} wrote, by its first two lines; of a longer one its beginning is
     * enough.
     */
    public static boolean isOne(String text) {
        List<String> lines = text.lines().limit(2).toList();
        return lines.size() == 2 && lines.getFirst().startsWith(String.join(",", SETTING) + ",")
                && lines.getLast().startsWith(REAL + ",".repeat(SETTING.size()));
    }

    private static List<String> cells(List<Object> setting, EvaluationReport report, Map<Metric, Estimate> metrics) {
        var cells = new ArrayList<String>();
        setting.forEach(cell -> cells.add(quoted(cell.toString())));
        for (Metric metric : report.metrics()) {
            @Nullable
            Estimate estimate = metrics.get(metric);
            cells.add(estimate == null ? "" : Double.toString(estimate.value()));
            cells.add(estimate == null ? "" : Double.toString(estimate.low()));
            cells.add(estimate == null ? "" : Double.toString(estimate.high()));
        }
        return cells;
    }

    private static String quoted(String cell) {
        return cell.contains(",") || cell.contains("\"") ? '"' + cell.replace("\"", "\"\"") + '"' : cell;
    }

    private static void line(StringBuilder text, List<String> cells) {
        text.append(String.join(",", cells)).append("\r\n");
    }
}
