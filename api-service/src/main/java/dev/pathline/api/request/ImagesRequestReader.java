package dev.pathline.api.request;

import dev.pathline.common.error.ApiException;
import dev.pathline.common.error.ErrorCode;
import dev.pathline.common.error.FieldError;
import dev.pathline.common.error.FieldErrors;
import dev.pathline.common.wire.GenerateRequest;
import dev.pathline.common.wire.Label;
import dev.pathline.common.wire.Preview;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToIntFunction;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads the body of {@code POST /v1/images/generations}: OpenAI's fields, and beside them those of {@code POST /generate}, which say what
 * OpenAI's cannot.
 */
public final class ImagesRequestReader {

    private static final int MAX_PROMPT = 32_000;
    private static final int MAX_PARTIAL = 3;
    private static final int MAX_N = 10;
    private static final int MAX_NAME = 128;
    /** What OpenAI's models understand and ours have no use for; clients send it by default. */
    private static final List<String> IDLE = List.of("quality", "style", "background", "moderation",
            "output_compression");
    private static final Map<String, Boolean> FORMATS = Map.of("b64_json", false, "url", true);
    private static final Map<String, String> OUTPUT = Map.of("png", "png");
    private static final Pattern SIZE = Pattern.compile("auto|[1-9][0-9]{0,4}x[1-9][0-9]{0,4}");
    /** What the fields of the other request are called here. */
    private static final Map<String, String> CALLED = Map.of("count", "n", "subject", "user", "label", "prompt",
            "preview", "partial_images");
    private static final Set<String> FOREIGN = Set.of("label", "format", "preview", "detach", "count");

    private ImagesRequestReader() {}

    /**
     * A request in OpenAI's form.
     *
     * @param request the same in ours
     * @param stream whether it is answered by events
     * @param partialImages how many pictures come before the last, of each image
     * @param urls whether the answer has addresses and not the images
     * @param size the size that is asked for, {@code WIDTHxHEIGHT}, or null for the model's
     */
    public record ImagesRequest(GenerateRequest request, boolean stream, int partialImages, boolean urls,
            @Nullable String size) {}

    /**
     * Reads a body.
     *
     * @param mostSamples as for {@link GenerateRequestReader#read(byte[], ToIntFunction)}
     * @throws ApiException with every mistake in it
     */
    public static ImagesRequest read(byte[] body, ToIntFunction<String> mostSamples) {
        ObjectNode root = (ObjectNode) JsonBody.object(body);
        var errors = new FieldErrors();
        var fields = new Fields(root, "", errors);
        String prompt = fields.text("prompt", MAX_PROMPT);
        if (fields.raw("prompt") == null) {
            fields.wrong("prompt", "is required: the name of one of the model's classes, alone or in a sentence");
        }
        Integer n = fields.integer("n", 1, MAX_N);
        Boolean stream = fields.flag("stream");
        Integer partial = fields.integer("partial_images", 0, MAX_PARTIAL);
        Boolean urls = fields.oneOf("response_format", FORMATS);
        fields.oneOf("output_format", OUTPUT);
        String user = fields.text("user", MAX_NAME);
        String size = fields.text("size", MAX_NAME);
        if (size != null && !SIZE.matcher(size).matches()) {
            fields.wrong("size", "must be auto, or such as 28x28, the size of the model's images");
        }
        FOREIGN.stream().filter(name -> root.has(name)).forEach(name -> fields.wrong(name,
                "is a field of POST /generate alone"));
        if (!errors.isEmpty()) {
            throw errors.refusal(ErrorCode.INVALID_REQUEST);
        }
        GenerateRequest request = ours(root, n, user, mostSamples);
        boolean streams = Boolean.TRUE.equals(stream);
        int pictures = streams && partial != null ? partial : 0;
        return new ImagesRequest(prompt == null
                ? request
                : request.of(new Label.Prompt(prompt))
                        .previewed(pictures == 0 ? null : Preview.EVERY_STEP),
                streams, pictures, Boolean.TRUE.equals(urls),
                size == null || size.equals("auto") ? null : size);
    }

    /** Who a request is for is who an experiment serves, unless it says so itself. */
    private static GenerateRequest ours(ObjectNode root, @Nullable Integer n, @Nullable String user,
            ToIntFunction<String> mostSamples) {
        ObjectNode rest = root.deepCopy();
        rest.remove(
                List.of("prompt", "n", "stream", "partial_images", "response_format", "output_format", "size", "user"));
        rest.remove(IDLE);
        if (n != null) {
            rest.put("count", n);
        }
        if (user != null && !rest.has("subject")) {
            rest.put("subject", user);
        }
        try {
            return GenerateRequestReader.read(rest, mostSamples);
        } catch (ApiException e) {
            throw renamed(e);
        }
    }

    /** Returns a refusal with the names that the fields have here. */
    public static ApiException renamed(ApiException refusal) {
        return new ApiException(refusal.code(), refusal.detail(), refusal.errors().stream()
                .map(error -> new FieldError(CALLED.getOrDefault(error.field(), error.field()), error.message()))
                .toList(), refusal.moreErrors(), refusal.retryAfter());
    }
}
