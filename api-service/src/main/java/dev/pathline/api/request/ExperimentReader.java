package dev.pathline.api.request;

import java.util.function.UnaryOperator;
import dev.pathline.common.error.ErrorCode;
import dev.pathline.common.error.FieldErrors;
import dev.pathline.common.experiment.Arm;
import dev.pathline.common.experiment.Audience;
import dev.pathline.common.experiment.ExperimentDesign;
import dev.pathline.common.experiment.Goal;
import dev.pathline.common.experiment.GuardRail;
import dev.pathline.common.experiment.Metric;
import dev.pathline.common.experiment.Mode;
import dev.pathline.common.experiment.Unit;
import dev.pathline.common.wire.Precision;
import dev.pathline.diffusion.planner.SamplingSettings;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads an experiment's design: types and ranges; what its models accept is not known here. */
public final class ExperimentReader {

    private static final int MAX_NAME = 64;
    private static final int MAX_TEXT = 1000;
    private static final int MAX_ARMS = 8;
    private static final int MAX_RAILS = 8;
    private static final int MAX_OVERRIDES = 200;
    private static final int MAX_UNITS = 1_000_000_000;
    private static final int DEFAULT_MINIMUM = 50;
    private static final double LARGE = 1e9;
    private static final double SMALL = 1e-9;

    private static final Map<String, Mode> MODES = Fields.named(Mode.values(), Mode::wire);
    private static final Map<String, Unit> UNITS = Fields.named(Unit.values(), Unit::wire);
    private static final Map<String, Metric.Better> BETTER = Map.of("higher", Metric.Better.HIGHER, "lower",
            Metric.Better.LOWER);

    private ExperimentReader() {}

    /**
     * A design and whose it is.
     *
     * @param name the experiment's name
     * @param design the design; 0 units are planned where the body does not say how many
     * @param by who sends it, as they say
     */
    public record Named(String name, ExperimentDesign design, String by) {

        /** Returns the same of who signs for it. */
        public Named by(UnaryOperator<String> signature) {
            return new Named(name, design, signature.apply(by));
        }
    }

    /**
     * Reads a body.
     *
     * @param name the name that the address has, or null if the body has it
     * @throws dev.pathline.common.error.ApiException with every mistake in it
     */
    public static Named read(byte[] body, @Nullable String name) {
        JsonNode root = JsonBody.object(body);
        var errors = new FieldErrors();
        var fields = new Fields(root, "", errors);
        String own = name(fields, "name", name);
        String hypothesis = fields.text("hypothesis", MAX_TEXT);
        Mode mode = fields.oneOf("mode", MODES);
        Unit unit = fields.oneOf("unit", UNITS);
        String salt = fields.text("salt", MAX_NAME);
        List<Metric> metrics = metrics(fields, errors);
        List<Arm> arms = arms(fields, errors);
        Goal goal = goal(fields, metrics, errors);
        List<GuardRail> rails = rails(fields, metrics, errors);
        Integer minimum = fields.integer("minimum", 2, MAX_UNITS);
        Integer planned = fields.integer("planned", 2, MAX_UNITS);
        Instant until = until(fields);
        Audience audience = audience(fields, errors);
        Map<String, String> overrides = overrides(fields, arms);
        String alias = fields.text("alias", 2 * MAX_NAME);
        if (alias != null && !alias.matches("[^@]+@[^@]*[^@0-9][^@]*")) {
            fields.wrong("alias", "must be a model's alias, such as fashion-flow@champion");
        }
        String by = by(fields);
        fields.refuseTheRest();
        if (mode == Mode.CASCADE && arms.size() > 2) {
            fields.wrong("arms", "must be two in a cascade: the second one's images come first");
        }
        if (!errors.isEmpty()) {
            throw errors.refusal(ErrorCode.INVALID_REQUEST);
        }
        var design = new ExperimentDesign(hypothesis == null ? "" : hypothesis, mode == null ? Mode.SPLIT : mode,
                unit == null ? Unit.SUBJECT : unit, salt == null ? Objects.requireNonNull(own) : salt, arms, metrics,
                Objects.requireNonNull(goal), rails, minimum == null ? DEFAULT_MINIMUM : minimum,
                planned == null ? 0 : planned, until, Objects.requireNonNull(audience), overrides, alias);
        return new Named(Objects.requireNonNull(own), design, by);
    }

    /** Reads who does something, and why, and with which arm; an empty body says nothing. */
    public static Deed deed(byte[] body) {
        if (body.length == 0) {
            return new Deed("somebody", "", null);
        }
        var errors = new FieldErrors();
        var fields = new Fields(JsonBody.object(body), "", errors);
        String by = by(fields);
        String why = fields.text("why", MAX_TEXT);
        String arm = fields.text("arm", MAX_NAME);
        fields.refuseTheRest();
        if (!errors.isEmpty()) {
            throw errors.refusal(ErrorCode.INVALID_REQUEST);
        }
        return new Deed(by, why == null ? "" : why, arm);
    }

    /**
     * What somebody does with an experiment.
     *
     * @param by who, as they say
     * @param why why
     * @param arm with which arm, or null
     */
    public record Deed(String by, String why, @Nullable String arm) {

        /** Returns the same of who signs for it. */
        public Deed by(UnaryOperator<String> signature) {
            return new Deed(signature.apply(by), why, arm);
        }
    }

    private static String by(Fields fields) {
        String by = fields.text("by", MAX_NAME);
        return by == null ? "somebody" : by;
    }

    private static @Nullable String name(Fields fields, String field, @Nullable String given) {
        String name = fields.text(field, MAX_NAME);
        if (given != null) {
            if (name != null && !name.equals(given)) {
                fields.wrong(field, "is not the name in the address, " + given);
            }
            return given;
        }
        if (fields.raw(field) == null) {
            fields.wrong(field, "is required");
        } else if (name != null && !name.matches("[a-z0-9][a-z0-9-]*")) {
            fields.wrong(field, "must be of lower-case letters, digits and hyphens");
        }
        return name;
    }

    /** The objects of a list, read one by one; null is left out. */
    private static List<JsonNode> objects(Fields fields, String name, int least, int most, String of) {
        JsonNode value = fields.raw(name);
        boolean right = value == null ? least == 0 : value.isArray() && value.size() >= least && value.size() <= most;
        var objects = new ArrayList<JsonNode>();
        if (right && value != null) {
            value.forEach(objects::add);
        }
        if (!right || objects.stream().anyMatch(one -> !one.isObject())) {
            fields.wrong(name, "must be a list of " + least + " to " + most + " " + of);
            return List.of();
        }
        return objects;
    }

    private static List<Arm> arms(Fields fields, FieldErrors errors) {
        var arms = new ArrayList<Arm>();
        List<JsonNode> objects = objects(fields, "arms", 2, MAX_ARMS, "arms, the control first");
        for (int i = 0; i < objects.size(); i++) {
            var inner = new Fields(objects.get(i), "arms[" + i + "].", errors);
            String name = name(inner, "name", null);
            Double weight = inner.number("weight", SMALL, LARGE);
            String model = inner.text("model", 2 * MAX_NAME);
            if (inner.raw("model") == null) {
                inner.wrong("model", "is required; GET /models lists the models");
            }
            SamplingSettings settings = SamplingFields.read(inner, true);
            Precision precision = inner.oneOf("precision", GenerateRequestReader.PRECISIONS);
            String profile = inner.text("profile", MAX_NAME);
            inner.refuseTheRest();
            if (name != null && arms.stream().anyMatch(other -> other.name().equals(name))) {
                inner.wrong("name", "is that of another arm");
            } else if (name != null && model != null) {
                arms.add(new Arm(name, weight == null ? 1 : weight, model, settings,
                        precision == null ? Precision.AUTO : precision, profile));
            }
        }
        return arms;
    }

    private static List<Metric> metrics(Fields fields, FieldErrors errors) {
        var metrics = new ArrayList<Metric>();
        List<JsonNode> objects = objects(fields, "metrics", 0, MAX_RAILS, "metrics");
        for (int i = 0; i < objects.size(); i++) {
            var inner = new Fields(objects.get(i), "metrics[" + i + "].", errors);
            String name = inner.text("name", MAX_NAME);
            Metric.Better better = inner.oneOf("better", BETTER);
            if (name == null || !name.matches("[a-zA-Z][a-zA-Z0-9_-]*")) {
                inner.wrong("name", "must be a name of letters, digits, hyphens and underscores");
            } else if (Metric.known().stream().anyMatch(known -> known.name().equals(name))) {
                inner.wrong("name", "is measured of every experiment, and need not be declared");
            } else if (better == null) {
                inner.wrong("better", "is required: higher or lower");
            } else {
                metrics.add(new Metric(name, better));
            }
            inner.refuseTheRest();
        }
        return metrics;
    }

    private static @Nullable Metric metric(Fields fields, List<Metric> declared) {
        Map<String, Metric> choices = Stream.concat(Metric.known().stream(), declared.stream())
                .collect(Collectors.toMap(Metric::name, metric -> metric, (a, _) -> a, LinkedHashMap::new));
        if (fields.raw("metric") == null) {
            fields.wrong("metric", "is required, one of " + String.join(", ", choices.keySet()));
        }
        return fields.oneOf("metric", choices);
    }

    private static @Nullable Goal goal(Fields fields, List<Metric> declared, FieldErrors errors) {
        JsonNode value = fields.raw("goal");
        if (value == null || !value.isObject()) {
            fields.wrong("goal",
                    "must say what is to be found out, such as {\"metric\": \"totalMs\", \"difference\": 50,"
                            + " \"deviation\": 200}");
            return null;
        }
        var inner = new Fields(value, "goal.", errors);
        Metric metric = metric(inner, declared);
        Double difference = required(inner, "difference", "the smallest difference from the control that matters");
        Double deviation = required(inner, "deviation", "the standard deviation, as far as it is known before");
        inner.refuseTheRest();
        return metric == null || difference == null || deviation == null
                ? null
                : new Goal(metric, difference, deviation);
    }

    private static @Nullable Double required(Fields fields, String name, String what) {
        if (fields.raw(name) == null) {
            fields.wrong(name, "is required: " + what);
            return null;
        }
        return fields.number(name, SMALL, LARGE);
    }

    private static List<GuardRail> rails(Fields fields, List<Metric> declared, FieldErrors errors) {
        var rails = new ArrayList<GuardRail>();
        List<JsonNode> objects = objects(fields, "guardRails", 0, MAX_RAILS,
                "guard rails, such as {\"metric\": \"failed\", \"worseBy\": 0.05}");
        for (int i = 0; i < objects.size(); i++) {
            var inner = new Fields(objects.get(i), "guardRails[" + i + "].", errors);
            Metric metric = metric(inner, declared);
            Double worseBy = inner.number("worseBy", 0, LARGE);
            inner.refuseTheRest();
            if (metric != null) {
                rails.add(new GuardRail(metric, worseBy == null ? 0 : worseBy));
            }
        }
        return rails;
    }

    private static @Nullable Instant until(Fields fields) {
        String text = fields.text("until", MAX_NAME);
        try {
            return text == null ? null : Instant.parse(text);
        } catch (DateTimeParseException e) {
            fields.wrong("until", "must be a time such as 2027-01-31T12:00:00Z");
            return null;
        }
    }

    private static @Nullable Audience audience(Fields fields, FieldErrors errors) {
        Double holdout = fields.number("holdout", 0, 0.99);
        JsonNode value = fields.raw("group");
        if (value == null) {
            return new Audience(null, holdout == null ? 0 : holdout);
        }
        if (!value.isObject()) {
            fields.wrong("group", "must be an object such as {\"name\": \"steps\", \"from\": 0, \"to\": 0.5}");
            return null;
        }
        var inner = new Fields(value, "group.", errors);
        String name = name(inner, "name", null);
        Double from = inner.number("from", 0, 1);
        Double to = inner.number("to", 0, 1);
        inner.refuseTheRest();
        double start = from == null ? 0 : from;
        double end = to == null ? 1 : to;
        if (start >= end) {
            inner.wrong("to", "must be above from");
            return null;
        }
        return name == null
                ? null
                : new Audience(new Audience.Group(name, start, end), holdout == null ? 0 : holdout);
    }

    private static Map<String, String> overrides(Fields fields, List<Arm> arms) {
        JsonNode value = fields.raw("overrides");
        var overrides = new LinkedHashMap<String, String>();
        if (value == null) {
            return overrides;
        }
        boolean right = value.isObject() && value.size() <= MAX_OVERRIDES;
        if (right) {
            for (Map.Entry<String, JsonNode> entry : value.properties()) {
                String arm = entry.getValue().asString("");
                right &= arms.stream().anyMatch(one -> one.name().equals(arm));
                overrides.put(entry.getKey(), arm);
            }
        }
        if (!right) {
            fields.wrong("overrides", "must be an object of at most " + MAX_OVERRIDES
                    + " subjects and the names of their arms");
        }
        return overrides;
    }
}
