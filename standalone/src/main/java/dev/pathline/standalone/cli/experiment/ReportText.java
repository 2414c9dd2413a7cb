package dev.pathline.standalone.cli.experiment;

import dev.pathline.standalone.cli.table.Markdown;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/** A report for the terminal: a table of arms, one of differences, and the verdict. */
final class ReportText {

    private ReportText() {}

    static String of(JsonNode report) {
        var text = new StringBuilder("Experiment " + report.path("experiment").asString() + " is "
                + report.path("state").asString() + ".\n\n");
        var arms = new ArrayList<List<String>>();
        arms.add(List.of("arm", "units", "jobs", "totalMs p50", "p95", "evaluations", "failed"));
        report.path("arms").forEach(arm -> {
            JsonNode total = arm.path("metrics").path("totalMs");
            arms.add(List.of(arm.path("arm").asString(), whole(arm.path("units")), whole(arm.path("jobs")),
                    number(total.path("p50")), number(total.path("p95")),
                    number(arm.path("metrics").path("evaluations").path("mean").path("value")),
                    number(arm.path("metrics").path("failed").path("mean").path("value"))));
        });
        text.append(Markdown.table(arms)).append('\n');
        var differences = new ArrayList<List<String>>();
        differences.add(List.of("arm, metric", "units", "difference", "from", "to"));
        report.path("comparisons").forEach(compared -> differences.add(List.of(
                compared.path("arm").asString() + ", " + compared.path("metric").asString(),
                whole(compared.path("units")), number(compared.path("difference").path("value")),
                number(compared.path("difference").path("low")), number(compared.path("difference").path("high")))));
        if (differences.size() > 1) {
            text.append(Markdown.table(differences)).append('\n');
        }
        report.path("arms")
                .forEach(arm -> arm.path("measures").properties().forEach(measure -> text.append(String.format(
                        Locale.ROOT, "%s of %s: %s (%s to %s), of %s samples%n", measure.getKey(),
                        arm.path("arm").asString(),
                        number(measure.getValue().path("quantity").path("value")),
                        number(measure.getValue().path("quantity").path("low")),
                        number(measure.getValue().path("quantity").path("high")),
                        whole(measure.getValue().path("samples"))))));
        report.path("votes").forEach(votes -> text.append(String.format(Locale.ROOT,
                "%s against %s: %d votes to %d, %d ties, %d for neither%n", votes.path("first").asString(),
                votes.path("second").asString(), votes.path("wins").asLong(), votes.path("losses").asLong(),
                votes.path("ties").asLong(), votes.path("bad").asLong())));
        report.path("verdict").forEach(sentence -> text.append(sentence.asString()).append('\n'));
        return text.toString();
    }

    private static String whole(JsonNode value) {
        return String.format(Locale.ROOT, "%,d", value.asLong());
    }

    private static String number(JsonNode value) {
        return value.isNumber() ? String.format(Locale.ROOT, "%.4g", value.asDouble()) : "";
    }
}
