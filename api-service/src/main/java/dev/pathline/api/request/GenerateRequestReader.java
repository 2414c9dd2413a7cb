package dev.pathline.api.request;

import dev.pathline.common.error.ApiException;
import dev.pathline.common.error.ErrorCode;
import dev.pathline.common.error.FieldErrors;
import dev.pathline.common.wire.GenerateRequest;
import dev.pathline.common.wire.ImageFormat;
import dev.pathline.common.wire.JobTerms;
import dev.pathline.common.wire.Label;
import dev.pathline.common.wire.Precision;
import dev.pathline.common.wire.Preview;
import dev.pathline.common.wire.PreviewKind;
import dev.pathline.common.wire.Priority;
import dev.pathline.diffusion.guidance.CfgInterval;
import dev.pathline.diffusion.planner.SamplingSettings;
import dev.pathline.diffusion.solver.SolverOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads the body of {@code POST /generate}: types and ranges; what a model accepts is not known here. */
public final class GenerateRequestReader {

    /** Pictures in one request. */
    public static final int MAX_COUNT = 64;
    /** Vectors in one request: few numbers each, and a distribution is seen in many of them only. */
    public static final int MAX_VECTORS = 2000;
    /** Solver steps. */
    public static final int MAX_STEPS = 1000;

    private static final int MAX_NAME = 128;
    private static final int MAX_METADATA = 16;
    private static final int MAX_METADATA_VALUE = 512;
    private static final Duration MAX_DEADLINE = Duration.ofDays(1);
    private static final double MAX_SCALE = 30;
    private static final double MAX_NOISE = 1e6;
    private static final Map<String, ImageFormat> FORMATS = ordered("png", ImageFormat.PNG, "npy", ImageFormat.NPY);
    private static final Map<String, PreviewKind> KINDS = ordered("denoised", PreviewKind.DENOISED, "noisy",
            PreviewKind.NOISY);

    private static final Map<String, Priority> PRIORITIES = named(Priority.values(), Priority::wire);
    private static final Map<String, Precision> PRECISIONS = named(Precision.values(), Precision::wire);

    private GenerateRequestReader() {}

    /**
     * Reads a body.
     *
     * @param mostSamples how many samples a request may ask for of a model; gets what the body says is the model, or an
     *        empty text
     * @throws ApiException with every mistake in it
     */
    public static GenerateRequest read(byte[] body, ToIntFunction<String> mostSamples) {
        JsonNode root = JsonBody.object(body);
        FieldErrors errors = new FieldErrors();
        Fields fields = new Fields(root, "", errors);
        String model = fields.text("model", MAX_NAME);
        if (root.path("model").isMissingNode() || root.path("model").isNull()) {
            errors.add("model", "is required; GET /models lists the models");
        }
        Integer count = fields.integer("count", 1, mostSamples.applyAsInt(model == null ? "" : model));
        Label label = label(fields);
        SamplingSettings settings = settings(fields, label != null);
        Long seed = seed(fields);
        Preview preview = preview(fields, errors);
        ImageFormat format = fields.oneOf("format", FORMATS);
        JobTerms terms = terms(fields);
        Boolean detach = fields.flag("detach");
        Map<String, String> metadata = metadata(fields);
        fields.refuseTheRest();
        if (!errors.isEmpty()) {
            throw errors.refusal(ErrorCode.INVALID_REQUEST);
        }
        return new GenerateRequest(Objects.requireNonNull(model), count == null ? 1 : count, label, settings, seed,
                preview, format, terms, Boolean.TRUE.equals(detach), metadata);
    }

    private static SamplingSettings settings(Fields fields, boolean labelled) {
        return new SamplingSettings(
                fields.text("solver", MAX_NAME),
                fields.integer("steps", 1, MAX_STEPS),
                fields.text("timeGrid", MAX_NAME),
                times(fields),
                fields.number("cfgScale", 0, MAX_SCALE),
                interval(fields),
                fields.number("cfgRescale", 0, 1),
                options(fields),
                fields.oneOf("threshold", ordered("none", "none", "clip", "clip", "dynamic", "dynamic")),
                fields.oneOf("noise", ordered("independent", "independent", "brownian", "brownian")),
                labelled);
    }

    private static Map<SolverOption, Double> options(Fields fields) {
        var options = new EnumMap<SolverOption, Double>(SolverOption.class);
        for (SolverOption option : SolverOption.values()) {
            Double value = option(fields, option);
            if (value != null) {
                options.put(option, value);
            }
        }
        return options;
    }

    private static @Nullable Double option(Fields fields, SolverOption option) {
        if (option.whole()) {
            Integer value = fields.integer(option.wire(), (int) option.least(), (int) option.most());
            return value == null ? null : value.doubleValue();
        }
        return fields.number(option.wire(), option.least(), option.most());
    }

    private static JobTerms terms(Fields fields) {
        Priority priority = fields.oneOf("priority", PRIORITIES);
        Long deadline = fields.millis("deadlineMs", MAX_DEADLINE);
        Long startDeadline = fields.millis("startDeadlineMs", MAX_DEADLINE);
        Precision precision = fields.oneOf("precision", PRECISIONS);
        Boolean strict = fields.flag("strict");
        String profile = fields.text("profile", MAX_NAME);
        return new JobTerms(priority == null ? Priority.NORMAL : priority, deadline, startDeadline,
                precision == null ? Precision.AUTO : precision, Boolean.TRUE.equals(strict), profile);
    }

    private static @Nullable Label label(Fields fields) {
        JsonNode value = fields.raw("label");
        if (value == null) {
            return null;
        }
        if (value.isString()) {
            String name = fields.text("label", MAX_NAME);
            return name == null ? null : new Label.Name(name);
        }
        if (value.isIntegralNumber() && value.canConvertToInt()) {
            return new Label.Index(value.intValue());
        }
        fields.wrong("label", "must be a class's name or its index, not " + Fields.shown(value));
        return null;
    }

    private static @Nullable Long seed(Fields fields) {
        JsonNode value = fields.raw("seed");
        if (value == null) {
            return null;
        }
        try {
            if (value.isIntegralNumber() && value.canConvertToLong()) {
                return value.longValue();
            }
            if (value.isString()) {
                return Long.valueOf(value.stringValue());
            }
        } catch (NumberFormatException e) {
            // told below
        }
        fields.wrong("seed", "must be a 64-bit integer, as a number or a decimal string, not "
                + Fields.shown(value));
        return null;
    }

    private static @Nullable List<Double> times(Fields fields) {
        JsonNode value = fields.raw("times");
        if (value == null) {
            return null;
        }
        var times = new ArrayList<Double>();
        boolean right = value.isArray() && !value.isEmpty() && value.size() <= MAX_STEPS;
        for (int i = 0; right && i < value.size(); i++) {
            JsonNode time = value.get(i);
            right = time.isNumber() && time.doubleValue() >= 0 && time.doubleValue() <= MAX_NOISE;
            times.add(time.asDouble(0));
        }
        if (right) {
            return times;
        }
        fields.wrong("times", "must be a list of 1 to " + MAX_STEPS
                + " numbers, the times of the schedule at which the steps start, decreasing, such as [1, 0.8]");
        return null;
    }

    private static @Nullable CfgInterval interval(Fields fields) {
        JsonNode value = fields.raw("cfgInterval");
        if (value == null) {
            return null;
        }
        if (value.isArray() && value.size() == 2 && value.get(0).isNumber() && value.get(1).isNumber()) {
            double low = value.get(0).doubleValue();
            double high = value.get(1).doubleValue();
            if (low >= 0 && low < high && high <= MAX_NOISE) {
                return new CfgInterval(low, high);
            }
        }
        fields.wrong("cfgInterval", "must be [low, high] in sigma/alpha with 0 <= low < high <= 1000000");
        return null;
    }

    private static @Nullable Preview preview(Fields fields, FieldErrors errors) {
        JsonNode value = fields.raw("preview");
        if (value == null) {
            return null;
        }
        if (!value.isObject()) {
            fields.wrong("preview", "must be an object such as {\"every\": 1, \"kind\": \"denoised\"}, not "
                    + Fields.shown(value));
            return null;
        }
        Fields inner = new Fields(value, "preview.", errors);
        Integer every = inner.integer("every", 1, MAX_STEPS);
        PreviewKind kind = inner.oneOf("kind", KINDS);
        Boolean noise = inner.flag("noise");
        inner.refuseTheRest();
        return new Preview(every == null ? 1 : every, kind == null ? PreviewKind.DENOISED : kind,
                Boolean.TRUE.equals(noise));
    }

    private static Map<String, String> metadata(Fields fields) {
        JsonNode value = fields.raw("metadata");
        Map<String, String> metadata = new LinkedHashMap<>();
        if (value == null) {
            return metadata;
        }
        boolean right = value.isObject() && value.size() <= MAX_METADATA;
        if (right) {
            for (Map.Entry<String, JsonNode> entry : value.properties()) {
                right &= entry.getKey().length() <= MAX_NAME && entry.getValue().isString()
                        && entry.getValue().stringValue().length() <= MAX_METADATA_VALUE;
                metadata.put(entry.getKey(), entry.getValue().asString(""));
            }
        }
        if (!right) {
            fields.wrong("metadata", "must be an object of at most " + MAX_METADATA + " strings of at most "
                    + MAX_METADATA_VALUE + " characters");
        }
        return metadata;
    }

    private static <T> Map<String, T> named(T[] values, Function<T, String> name) {
        Map<String, T> map = new LinkedHashMap<>();
        for (T value : values) {
            map.put(name.apply(value), value);
        }
        return map;
    }

    private static <T> Map<String, T> ordered(String first, T a, String second, T b) {
        Map<String, T> map = new LinkedHashMap<>();
        map.put(first, a);
        map.put(second, b);
        return map;
    }

    private static Map<String, String> ordered(String... pairs) {
        Map<String, String> map = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put(pairs[i], pairs[i + 1]);
        }
        return map;
    }
}
