package dev.pathline.engine.evaluation;

import dev.pathline.engine.metrics.ClassAccuracy;
import dev.pathline.engine.metrics.Estimate;
import java.util.EnumMap;
import java.util.List;
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

    private static final int FORMAT = 2;
    private static final JsonMapper JSON = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES).build();

    private EvaluationJson() {}

    /** Returns indented JSON that ends in a newline. */
    public static String write(EvaluationReport report) {
        ObjectNode json = JSON.createObjectNode();
        json.put("format", FORMAT);
        json.set("identity", JSON.valueToTree(report.identity()));
        json.set("classes", JSON.valueToTree(report.classes()));
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
     * @throws IllegalArgumentException if it is something else
     */
    public static EvaluationReport read(String text) {
        try {
            JsonNode json = JSON.readTree(text);
            if (json.path("format").asInt(0) != FORMAT) {
                throw new IllegalArgumentException("it is no evaluation of format " + FORMAT);
            }
            JsonNode real = json.path("realImages");
            List<Measurement> measurements = json.path("settings").valueStream()
                    .map(one -> new Measurement(JSON.treeToValue(one.path("setting"), EvaluationSetting.class),
                            one.path("seconds").doubleValue(), metrics(one.path("metrics")), accuracy(one)))
                    .toList();
            return new EvaluationReport(JSON.treeToValue(json.path("identity"), EvaluationIdentity.class),
                    json.path("classes").valueStream().map(JsonNode::stringValue).toList(),
                    real.path("reference").intValue(), metrics(real.path("floors")), accuracy(real), measurements);
        } catch (JacksonException e) {
            throw new IllegalArgumentException(e.getOriginalMessage(), e);
        }
    }

    private static void metrics(ObjectNode target, Map<Metric, Estimate> metrics) {
        metrics.forEach((metric, estimate) -> target.putObject(metric.key()).put("value", estimate.value())
                .put("low", estimate.low()).put("high", estimate.high()));
    }

    private static Map<Metric, Estimate> metrics(JsonNode json) {
        var metrics = new EnumMap<Metric, Estimate>(Metric.class);
        json.propertyStream().forEach(entry -> metrics.put(
                Metric.of(entry.getKey()).orElseThrow(() -> new IllegalArgumentException("there is no metric "
                        + entry.getKey())),
                new Estimate(entry.getValue().path("value").doubleValue(), entry.getValue().path("low").doubleValue(),
                        entry.getValue().path("high").doubleValue())));
        return metrics;
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

    private static @Nullable ClassAccuracy accuracy(JsonNode json) {
        JsonNode rows = json.path("confusion");
        if (rows.isMissingNode()) {
            return null;
        }
        var accuracy = new ClassAccuracy(rows.size());
        for (int expected = 0; expected < rows.size(); expected++) {
            for (int said = 0; said < rows.size(); said++) {
                accuracy.add(expected, said, rows.path(expected).path(said).longValue());
            }
        }
        return accuracy;
    }
}
