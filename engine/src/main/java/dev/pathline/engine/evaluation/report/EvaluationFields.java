package dev.pathline.engine.evaluation.report;

import dev.pathline.engine.metrics.ClassAccuracy;
import dev.pathline.engine.metrics.Estimate;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The fields of an evaluation's JSON, each of which must be there and of its kind: a file that is read is written again. */
final class EvaluationFields {

    private final JsonNode json;

    EvaluationFields(JsonNode json) {
        this.json = json;
    }

    /** @throws IllegalArgumentException if something is missing or of another kind; the message names it */
    EvaluationReport report() {
        if (json.path("format").asInt(0) != EvaluationJson.FORMAT) {
            throw new IllegalArgumentException("it is no evaluation of format " + EvaluationJson.FORMAT);
        }
        JsonNode real = part(json, "realImages");
        List<String> classes = texts(json, "classes");
        // Files of earlier versions have no notes.
        List<String> notes = json.has("notes") ? texts(json, "notes") : List.of();
        return new EvaluationReport(identity(part(json, "identity")), classes, (int) whole(real, "reference"), notes,
                metrics(part(real, "floors")), accuracy(real, classes.size()),
                list(json, "settings").valueStream().map(one -> measurement(one, classes.size())).toList());
    }

    private static EvaluationIdentity identity(JsonNode of) {
        return new EvaluationIdentity(text(of, "model"), text(of, "weightsSha256"), text(of, "classifier"),
                text(of, "classifierSha256"), text(of, "trainSha256"), text(of, "testSha256"),
                (int) whole(of, "samples"), whole(of, "seed"), text(of, "profile"), text(of, "protocol"));
    }

    private static Measurement measurement(JsonNode one, int classes) {
        JsonNode of = part(one, "setting");
        var setting = new EvaluationSetting(text(of, "solver"), text(of, "timeGrid"), (int) whole(of, "steps"),
                number(of, "cfgScale"), text(of, "options"), (int) whole(of, "evaluations"), (int) whole(of, "rows"),
                text(of, "planSha256"));
        return new Measurement(setting, number(one, "seconds"), metrics(part(one, "metrics")),
                accuracy(one, classes));
    }

    private static Map<Metric, Estimate> metrics(JsonNode of) {
        var metrics = new EnumMap<Metric, Estimate>(Metric.class);
        for (String key : of.propertyNames()) {
            Metric metric = Metric.of(key)
                    .orElseThrow(() -> new IllegalArgumentException("it has the metric '" + key
                            + "', which is none here"));
            JsonNode numbers = part(of, key);
            metrics.put(metric, new Estimate(number(numbers, "value"), number(numbers, "low"),
                    number(numbers, "high")));
        }
        return metrics;
    }

    private static @Nullable ClassAccuracy accuracy(JsonNode of, int classes) {
        if (!of.has("confusion")) {
            return null;
        }
        JsonNode rows = list(of, "confusion");
        var accuracy = new ClassAccuracy(classes);
        for (int expected = 0; expected < classes; expected++) {
            for (int said = 0; said < classes; said++) {
                JsonNode count = rows.path(expected).path(said);
                if (rows.size() != classes || rows.path(expected).size() != classes || !count.isIntegralNumber()
                        || count.longValue() < 0) {
                    throw new IllegalArgumentException("its confusion is no table of " + classes + " by " + classes
                            + " counts");
                }
                accuracy.add(expected, said, count.longValue());
            }
        }
        return accuracy;
    }

    private static JsonNode part(JsonNode of, String name) {
        JsonNode found = of.path(name);
        return require(found, found.isObject(), name, "a group of fields");
    }

    private static JsonNode list(JsonNode of, String name) {
        JsonNode found = of.path(name);
        return require(found, found.isArray(), name, "a list");
    }

    private static List<String> texts(JsonNode of, String name) {
        JsonNode found = list(of, name);
        require(found, found.valueStream().allMatch(JsonNode::isString), name, "a list of texts");
        return found.valueStream().map(JsonNode::stringValue).toList();
    }

    private static String text(JsonNode of, String name) {
        JsonNode found = of.path(name);
        return require(found, found.isString(), name, "a text").stringValue();
    }

    private static long whole(JsonNode of, String name) {
        JsonNode found = of.path(name);
        return require(found, found.isIntegralNumber() && found.canConvertToLong(), name, "a whole number").longValue();
    }

    private static double number(JsonNode of, String name) {
        JsonNode found = of.path(name);
        return require(found, found.isNumber(), name, "a number").doubleValue();
    }

    private static JsonNode require(JsonNode found, boolean fits, String name, String kind) {
        if (!fits) {
            throw new IllegalArgumentException("its field '" + name + "' is "
                    + (found.isMissingNode() ? "missing" : "not " + kind));
        }
        return found;
    }
}
