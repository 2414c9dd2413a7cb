package dev.pathline.trainer.report;

import dev.pathline.engine.training.TrainingListener.NoiseLevelLoss;
import dev.pathline.trainer.report.RunHistory.Event;
import dev.pathline.trainer.report.RunHistory.Kind;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A line of a run's log is a JSON object, whose {@code type} is {@code progress} or the kind of an event. Numbers that
 * JSON does not have are texts: {@code "NaN"}, {@code "Infinity"}. A noise level is an array of its interval's ends, its
 * rows and its loss.
 */
final class LogJson {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String TYPE = "type";
    private static final String PROGRESS = "progress";

    /** More than a plot can show. */
    private static final MathContext DIGITS = new MathContext(6);

    private LogJson() {}

    /** Returns a line, without its end. */
    static String write(LogLine line) {
        ObjectNode json = JSON.createObjectNode();
        switch (line) {
            case ProgressPoint point -> {
                json.put(TYPE, PROGRESS).put("at", point.at().toString()).put("since", point.since())
                        .put("step", point.step()).put("steps", point.steps());
                json.set("loss", number(point.loss()));
                json.set("gradientNorm", number(point.gradientNorm()));
                json.set("imagesPerSecond", number(point.imagesPerSecond()));
                ArrayNode levels = json.putArray("byNoise");
                for (NoiseLevelLoss level : point.byNoise()) {
                    levels.addArray().add(number(level.from())).add(number(level.to())).add(level.rows())
                            .add(number(level.loss()));
                }
            }
            case Event event -> json.put(TYPE, name(event.kind())).put("at", event.at().toString())
                    .put("step", event.step()).put("text", event.text());
        }
        return json.toString();
    }

    /** Reads a line; one that is torn, or of a kind that this version does not know, gives nothing. */
    static Optional<LogLine> read(String line) {
        try {
            JsonNode json = JSON.readTree(line);
            String type = json.path(TYPE).asString("");
            Instant at = Instant.parse(json.path("at").asString(""));
            long step = json.path("step").asLong();
            if (type.equals(PROGRESS)) {
                return Optional.of(new ProgressPoint(at, json.path("since").asLong(), step, json.path("steps").asLong(),
                        number(json.path("loss")), number(json.path("gradientNorm")),
                        number(json.path("imagesPerSecond")), levels(json.path("byNoise"))));
            }
            for (Kind kind : Kind.values()) {
                if (type.equals(name(kind))) {
                    return Optional.of(new Event(kind, at, step, json.path("text").asString("")));
                }
            }
            return Optional.empty();
        } catch (JacksonException | DateTimeException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static List<NoiseLevelLoss> levels(JsonNode json) {
        var levels = new ArrayList<NoiseLevelLoss>();
        json.forEach(level -> levels.add(new NoiseLevelLoss(number(level.path(0)), number(level.path(1)),
                level.path(2).asLong(), number(level.path(3)))));
        return levels;
    }

    static String name(Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static JsonNode number(double value) {
        return Double.isFinite(value)
                ? JSON.getNodeFactory().numberNode(new BigDecimal(value).round(DIGITS).doubleValue())
                : JSON.getNodeFactory().stringNode(Double.toString(value));
    }

    /** A field that is missing is not a number. */
    private static double number(JsonNode json) {
        return json.isNumber() ? json.asDouble() : Double.parseDouble(json.asString("NaN"));
    }
}
