package dev.pathline.standalone.cli;

import dev.pathline.engine.metrics.ClassAccuracy;
import dev.pathline.engine.metrics.Estimate;
import dev.pathline.engine.evaluation.report.EvaluationReport;
import dev.pathline.engine.evaluation.report.EvaluationSetting;
import dev.pathline.engine.evaluation.report.Measurement;
import dev.pathline.engine.evaluation.report.Metric;
import dev.pathline.standalone.cli.table.Markdown;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A report as text for people, whose tables are Markdown too. */
final class EvaluationTable {

    private static final List<String> SETTING = List.of("setting", "evaluations", "rows", "seconds");

    private EvaluationTable() {}

    static String of(EvaluationReport report) {
        var text = new StringBuilder();
        var identity = report.identity();
        line(text, "%s: %,d samples of each setting, seed %d, %s, against %,d real ones%s", identity.model(),
                identity.samples(), identity.seed(), identity.profile(), report.realImages(),
                identity.classifier().equals("none") ? "" : ", features of " + identity.classifier());
        report.notes().forEach(note -> line(text, "%s", note));
        line(text, "");
        text.append(table(report));
        if (report.measurements().size() == 1 && report.onReal() != null) {
            @Nullable
            ClassAccuracy own = report.measurements().getFirst().ownClass();
            if (own != null) {
                line(text, "");
                text.append(classes(report.classes(), own, report.onReal()));
            }
        }
        return text.toString();
    }

    /** Returns a setting in a few words. */
    static String name(EvaluationSetting setting) {
        String guidance = setting.cfgScale() == 1 ? "" : ", guidance " + Digits.of(setting.cfgScale(), 4);
        return setting.solver() + ", " + setting.steps() + (setting.steps() == 1 ? " step" : " steps") + guidance
                + (setting.options().isEmpty() ? "" : ", " + setting.options());
    }

    private static String table(EvaluationReport report) {
        var head = new ArrayList<String>(SETTING);
        report.metrics().forEach(metric -> head.add(metric.heading()));
        var rows = new ArrayList<List<String>>();
        rows.add(head);
        rows.add(row(List.of("real ones: the floor", "", "", ""), report, report.floors()));
        for (Measurement m : report.measurements()) {
            EvaluationSetting s = m.setting();
            rows.add(row(List.of(name(s), Integer.toString(s.evaluations()), Integer.toString(s.rows()),
                    String.format(Locale.ROOT, "%.0f", m.seconds())), report, m.metrics()));
        }
        return Markdown.table(rows);
    }

    private static List<String> row(List<String> setting, EvaluationReport report, Map<Metric, Estimate> metrics) {
        var cells = new ArrayList<String>(setting);
        for (Metric metric : report.metrics()) {
            @Nullable
            Estimate estimate = metrics.get(metric);
            cells.add(estimate == null ? "" : number(estimate, metric.factor()));
        }
        return cells;
    }

    /** The value and its interval, with two digits of the interval's half width. */
    private static String number(Estimate e, double factor) {
        double half = factor * Math.max(e.high() - e.value(), e.value() - e.low());
        int decimals = half > 0 ? Math.clamp(1 - (int) Math.floor(Math.log10(half)), 0, 6) : 2;
        String format = "%." + decimals + "f";
        return String.format(Locale.ROOT, format + " [" + format + ", " + format + "]", factor * e.value(),
                factor * e.low(), factor * e.high());
    }

    private static String classes(List<String> names, ClassAccuracy samples, ClassAccuracy real) {
        var rows = new ArrayList<List<String>>();
        rows.add(List.of("called their own class", "samples %", "test images %", "samples most often taken for"));
        for (int i = 0; i < names.size(); i++) {
            int wrong = samples.mostMistakenFor(i);
            rows.add(List.of(names.get(i), share(samples, i), share(real, i),
                    wrong < 0 ? "" : names.get(wrong) + " (" + samples.count(i, wrong) + ")"));
        }
        return Markdown.table(Collections.unmodifiableList(rows));
    }

    private static String share(ClassAccuracy accuracy, int i) {
        return accuracy.total(i) == 0 ? "-" : String.format(Locale.ROOT, "%.1f", 100 * accuracy.share(i));
    }

    private static void line(StringBuilder text, String format, Object... arguments) {
        text.append(String.format(Locale.ROOT, format, arguments).stripTrailing()).append('\n');
    }
}
