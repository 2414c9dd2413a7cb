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
import dev.pathline.common.wire.Webhook;
import dev.pathline.diffusion.planner.SamplingSettings;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads the body of {@code POST /generate}: types and ranges; what a model accepts is not known here. */
public final class GenerateRequestReader {

    /** Pictures in one request. */
    public static final int MAX_COUNT = 64;
    /** Vectors in one request: few numbers each, and a distribution is seen in many of them only. */
    public static final int MAX_VECTORS = 2000;
    /** Solver steps. */
    public static final int MAX_STEPS = SamplingFields.MAX_STEPS;

    private static final int MAX_NAME = 128;
    private static final int MAX_URL = 2048;
    /** Entries of metadata. */
    static final int MAX_METADATA = 16;
    private static final int MAX_METADATA_VALUE = 512;
    private static final Duration MAX_DEADLINE = Duration.ofDays(1);
    private static final Map<String, ImageFormat> FORMATS = ordered("png", ImageFormat.PNG, "npy", ImageFormat.NPY);
    private static final Map<String, PreviewKind> KINDS = ordered("denoised", PreviewKind.DENOISED, "noisy",
            PreviewKind.NOISY);

    /** What an experiment's arm chooses, and nobody else. */
    private static final List<String> ARMS_CHOICE = Stream.concat(Stream.of("model", "precision", "profile"),
            SamplingSettings.names().stream()).toList();

    private static final Map<String, Priority> PRIORITIES = Fields.named(Priority.values(), Priority::wire);
    static final Map<String, Precision> PRECISIONS = Fields.named(Precision.values(), Precision::wire);

    private GenerateRequestReader() {}

    /**
     * Reads a body.
     *
     * @param mostSamples how many samples a request may ask for of a model; gets what the body says is the model, or an
     *        empty text
     * @throws ApiException with every mistake in it
     */
    public static GenerateRequest read(byte[] body, ToIntFunction<String> mostSamples) {
        return read(JsonBody.object(body), mostSamples);
    }

    /**
     * Reads a body of a request that an experiment decides, whose name the address has.
     *
     * @throws ApiException with every mistake in it
     */
    public static GenerateRequest read(byte[] body, String experiment) {
        ObjectNode root = (ObjectNode) JsonBody.object(body);
        root.put("experiment", experiment);
        return read(root, _ -> MAX_COUNT);
    }

    static GenerateRequest read(JsonNode root, ToIntFunction<String> mostSamples) {
        FieldErrors errors = new FieldErrors();
        Fields fields = new Fields(root, "", errors);
        String model = fields.text("model", MAX_NAME);
        String experiment = fields.text("experiment", MAX_NAME);
        String subject = fields.text("subject", MAX_NAME);
        if (fields.raw("model") == null && fields.raw("experiment") == null) {
            errors.add("model", "is required, unless an experiment chooses it; GET /models lists the models");
        }
        Integer count = fields.integer("count", 1, mostSamples.applyAsInt(model == null ? "" : model));
        Label label = label(fields);
        SamplingSettings settings = SamplingFields.read(fields, label != null);
        Long seed = seed(fields);
        Preview preview = preview(fields, errors);
        ImageFormat format = fields.oneOf("format", FORMATS);
        JobTerms terms = terms(fields);
        Boolean detach = fields.flag("detach");
        Map<String, String> metadata = metadata(fields);
        Webhook webhook = webhook(fields, errors);
        fields.refuseTheRest();
        if (experiment != null) {
            ARMS_CHOICE.stream().filter(name -> fields.raw(name) != null).forEach(name -> errors.add(name,
                    "is what the experiment's arm says: leave it out"));
        }
        if (!errors.isEmpty()) {
            throw errors.refusal(ErrorCode.INVALID_REQUEST);
        }
        return new GenerateRequest(model == null ? "" : model, experiment, subject, count == null ? 1 : count, label,
                settings, seed,
                preview, format, terms, Boolean.TRUE.equals(detach), metadata, webhook);
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

    private static @Nullable Webhook webhook(Fields fields, FieldErrors errors) {
        JsonNode value = fields.raw("webhook");
        if (value == null) {
            return null;
        }
        if (!value.isObject()) {
            fields.wrong("webhook", "must be an object such as {\"url\": \"https://example.com/told\"}, not "
                    + Fields.shown(value));
            return null;
        }
        Fields inner = new Fields(value, "webhook.", errors);
        String url = inner.text("url", MAX_URL);
        if (inner.raw("url") == null) {
            inner.wrong("url", "is required");
        }
        List<String> events = events(inner);
        inner.refuseTheRest();
        return new Webhook(url == null ? "" : url, events);
    }

    private static List<String> events(Fields fields) {
        JsonNode value = fields.raw("events");
        if (value == null) {
            return Webhook.EVENTS;
        }
        Set<String> events = new LinkedHashSet<>();
        boolean right = value.isArray() && !value.isEmpty() && value.size() <= Webhook.EVENTS.size();
        if (right) {
            for (JsonNode event : value) {
                right &= event.isString() && Webhook.EVENTS.contains(event.asString(""));
                events.add(event.asString(""));
            }
        }
        if (!right) {
            fields.wrong("events", "must be an array of some of " + String.join(", ", Webhook.EVENTS));
        }
        return List.copyOf(events);
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

    private static <T> Map<String, T> ordered(String first, T a, String second, T b) {
        Map<String, T> map = new LinkedHashMap<>();
        map.put(first, a);
        map.put(second, b);
        return map;
    }
}
