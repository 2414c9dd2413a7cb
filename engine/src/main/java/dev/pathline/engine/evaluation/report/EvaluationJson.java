package dev.pathline.engine.evaluation.report;

import dev.pathline.engine.metrics.ClassAccuracy;
import dev.pathline.engine.metrics.Estimate;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A report as JSON, exact in both directions. */
public final class EvaluationJson {

    static final int FORMAT = 2;

    private static final JsonMapper JSON = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

    private EvaluationJson() {}

    /** Returns indented JSON that ends in a newline. */
    public static String write(EvaluationReport report) {
        ObjectNode json = JSON.createObjectNode();
        json.put("format", FORMAT);
        json.set("identity", JSON.valueToTree(report.identity()));
        json.set("classes", JSON.valueToTree(report.classes()));
        json.set("notes", JSON.valueToTree(report.notes()));
        ObjectNode real = json.putObject("realImages");
        real.put("reference", report.realImages());
        metrics(real.putObject("floors"), report.floors());
        confusion(real, report.onReal());
        ArrayNode settings = json.putArray("settings");
        for (Measurement measurement : report.measurements()) {
            ObjectNode one = settings.addObject();
            one.set("setting", JSON.valueToTree(measurement.setting()));
            one.put("seconds", measurement.seconds());
            metrics(one.putObject("metrics"), measurement.metrics());
            confusion(one, measurement.ownClass());
        }
        return JSON.writeValueAsString(json) + "\n";
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws IllegalArgumentException if it is something else, or not all of it is there; the message is a clause about
     *         it
     */
    public static EvaluationReport read(String text) {
        JsonNode json;
        try {
            json = JSON.readTree(text);
        } catch (JacksonException e) {
            throw new IllegalArgumentException(e.getLocation() == null || e.getLocation().getLineNr() < 1
                    ? "it is not JSON"
                    : "it is not whole, or not JSON: reading stops in line " + e.getLocation().getLineNr() + ", column "
                            + e.getLocation().getColumnNr(),
                    e);
        }
        return new EvaluationFields(json).report();
    }

    private static void metrics(ObjectNode target, Map<Metric, Estimate> metrics) {
        metrics.forEach((metric, estimate) -> target.putObject(metric.key()).put("value", estimate.value())
                .put("low", estimate.low()).put("high", estimate.high()));
    }

    /** How often images of each class, a row each, were taken for each. */
    private static void confusion(ObjectNode target, @Nullable ClassAccuracy accuracy) {
        if (accuracy == null) {
            return;
        }
        ArrayNode rows = target.putArray("confusion");
        for (int expected = 0; expected < accuracy.classes(); expected++) {
            ArrayNode row = rows.addArray();
            for (int said = 0; said < accuracy.classes(); said++) {
                row.add(accuracy.count(expected, said));
            }
        }
    }
}
