package dev.pathline.benchmarks.experiment;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Reports as tables in Markdown. */
final class ReportTables {

    private static final Map<String, String> NAMES = Map.of("totalMs", "time in all, ms", "queuedMs",
            "time in the queue, ms", "firstPreviewMs", "time to the first preview, ms", "deviceMs",
            "time of the device, ms", "evaluations", "evaluations an image", "failed", "failed jobs, share", "ownClass",
            "own class, says the classifier", "pairDistance", "distance from the control's image");

    private ReportTables() {}

    /** A row a metric: the first arm, the second, and the second less the first. */
    static String metrics(JsonNode report) {
        JsonNode control = report.path("arms").get(0);
        JsonNode other = report.path("arms").get(1);
        var table = new StringBuilder(
                "| | " + name(control) + " | " + name(other) + " | difference |\n|---|---|---|---|\n");
        table.append(String.format(Locale.ROOT, "| jobs | %,d | %,d | |%n", control.path("jobs").asLong(),
                other.path("jobs").asLong()));
        for (String metric : List.of("ownClass", "totalMs", "queuedMs", "firstPreviewMs", "deviceMs", "evaluations",
                "failed", "pairDistance")) {
            row(table, report, control, other, metric);
        }
        for (JsonNode arm : List.of(control, other)) {
            if (arm.path("measures").path("frechetDistance").isMissingNode()) {
                return table.toString();
            }
        }
        table.append("| Frechet distance, of ")
                .append(control.path("measures").path("frechetDistance").path("samples").asLong()).append(" images | ")
                .append(interval(control.path("measures").path("frechetDistance").path("quantity"))).append(" | ")
                .append(interval(other.path("measures").path("frechetDistance").path("quantity"))).append(" | |\n");
        return table.toString();
    }

    private static void row(StringBuilder table, JsonNode report, JsonNode control, JsonNode other, String metric) {
        JsonNode first = control.path("metrics").path(metric);
        JsonNode second = other.path("metrics").path(metric);
        if (second.isMissingNode()) {
            return;
        }
        JsonNode compared = compared(report, metric);
        table.append("| ").append(NAMES.get(metric)).append(" | ").append(interval(first.path("mean"))).append(" | ")
                .append(interval(second.path("mean"))).append(" | ").append(interval(compared.path("difference")));
        if (compared.path("savedByPairing").isNumber()) {
            table.append(", pairs saved ").append(number(compared.path("savedByPairing").asDouble())).append(" times");
        }
        table.append(" |\n");
        if (compared.path("p95").isObject()) {
            table.append("| ").append(NAMES.get(metric)).append(", 95th percentile | ")
                    .append(number(first.path("p95").asDouble())).append(" | ")
                    .append(number(second.path("p95").asDouble())).append(" | ").append(interval(compared.path("p95")))
                    .append(" |\n");
        }
    }

    private static JsonNode compared(JsonNode report, String metric) {
        return report.path("comparisons").valueStream().filter(one -> one.path("metric").asString().equals(metric))
                .findFirst().orElse(report.path("nothing"));
    }

    /** What the report says in a sentence. */
    static String verdict(JsonNode report) {
        return "What the report says of it: *" + report.path("verdict").get(0).asString() + "*\n";
    }

    /** Who did what, and why. */
    static String audit(JsonNode experiment) {
        var table = new StringBuilder("| who | what |\n|---|---|\n");
        experiment.path("audit").forEach(entry -> table.append("| ").append(entry.path("by").asString()).append(" | ")
                .append(entry.path("what").asString()).append(" |\n"));
        return table.toString();
    }

    private static String name(JsonNode arm) {
        return arm.path("arm").asString();
    }

    private static String interval(JsonNode quantity) {
        return quantity.path("value").isNumber()
                ? number(quantity.path("value").asDouble()) + " (" + number(quantity.path("low").asDouble()) + " to "
                        + number(quantity.path("high").asDouble()) + ")"
                : "";
    }

    /** Three digits, and no zeros that say nothing. */
    private static String number(double value) {
        if (value == 0) {
            return "0";
        }
        int places = Math.clamp(2 - (int) Math.floor(Math.log10(Math.abs(value))), 0, 5);
        String text = String.format(Locale.ROOT, "%,." + places + "f", value);
        return text.indexOf('.') < 0 ? text : text.replaceAll("0+$", "").replaceAll("\\.$", "");
    }
}
