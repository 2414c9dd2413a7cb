package dev.pathline.api.experiments;

import java.util.Locale;

/** A report in Prometheus' text format. */
final class Exposition {

    private Exposition() {}

    static String of(ReportAnswer report) {
        var text = new StringBuilder();
        type(text, "pathline_experiment_units", "Different units of an arm");
        report.arms().forEach(arm -> sample(text, "pathline_experiment_units",
                labels(report, "arm", arm.arm()), (double) arm.units()));
        type(text, "pathline_experiment_jobs", "Ended jobs of an arm");
        report.arms().forEach(arm -> arm.byState().forEach((state, jobs) -> sample(text, "pathline_experiment_jobs",
                labels(report, "arm", arm.arm(), "state", state), (double) jobs)));
        type(text, "pathline_experiment_mean", "Mean of a metric over an arm's units");
        report.arms().forEach(arm -> arm.metrics().forEach((metric, measured) -> sample(text,
                "pathline_experiment_mean", labels(report, "arm", arm.arm(), "metric", metric),
                measured.mean().value())));
        type(text, "pathline_experiment_difference", "Mean of an arm less the control's, with its interval's bounds");
        report.comparisons().forEach(compared -> {
            bound(text, report, compared, "value", compared.difference().value());
            bound(text, report, compared, "low", compared.difference().low());
            bound(text, report, compared, "high", compared.difference().high());
        });
        return text.toString();
    }

    private static void bound(StringBuilder text, ReportAnswer report, ReportAnswer.ComparisonAnswer compared,
            String bound, double value) {
        sample(text, "pathline_experiment_difference",
                labels(report, "arm", compared.arm(), "metric", compared.metric(), "bound", bound), value);
    }

    private static void type(StringBuilder text, String name, String help) {
        text.append("# HELP ").append(name).append(' ').append(help).append('\n').append("# TYPE ").append(name)
                .append(" gauge\n");
    }

    /** Names are of letters, digits, hyphens and underscores: nothing in them needs an escape. */
    private static String labels(ReportAnswer report, String... pairs) {
        var labels = new StringBuilder("experiment=\"" + report.experiment() + "\"");
        for (int i = 0; i < pairs.length; i += 2) {
            labels.append(',').append(pairs[i]).append("=\"").append(pairs[i + 1]).append('"');
        }
        return labels.toString();
    }

    private static void sample(StringBuilder text, String name, String labels, double value) {
        text.append(name).append('{').append(labels).append("} ")
                .append(value == Math.rint(value) && Math.abs(value) < 1e15
                        ? String.format(Locale.ROOT, "%.0f", value)
                        : Double.toString(value))
                .append('\n');
    }
}
