package dev.pathline.api.request;

import dev.pathline.common.error.ApiException;
import dev.pathline.common.error.ErrorCode;
import dev.pathline.common.error.Shown;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Parses bodies strictly as one JSON object, no deeper than any request is. */
final class JsonBody {

    /** A request has objects in an object; the rest is for what is sent by mistake, which deserves a proper answer. */
    private static final int MAX_DEPTH = 32;

    private static final JsonMapper MAPPER = JsonMapper.builder(factory())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

    private JsonBody() {}

    private static JsonFactory factory() {
        return JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build()).build();
    }

    /**
     * Parses a body, which must be one object.
     *
     * @throws ApiException if it is not JSON, or no object
     */
    static JsonNode object(byte[] body) {
        if (body.length == 0) {
            throw new ApiException(ErrorCode.MALFORMED_JSON, "The body is empty");
        }
        JsonNode root;
        try {
            root = MAPPER.readTree(body);
        } catch (JacksonException e) {
            TokenStreamLocation at = e.getLocation();
            String where = at == null ? "" : "Line " + at.getLineNr() + ", column " + at.getColumnNr() + ": ";
            throw new ApiException(ErrorCode.MALFORMED_JSON, where + firstLine(e.getOriginalMessage()));
        }
        if (!root.isObject()) {
            throw new ApiException(ErrorCode.INVALID_REQUEST, "The body must be a JSON object, not "
                    + Fields.shown(root));
        }
        return root;
    }

    private static String firstLine(String message) {
        // What follows says where Jackson has read it, and how that could be shown.
        int marker = message.indexOf(" (start marker at");
        int end = marker < 0 ? message.indexOf('\n') : marker;
        String line = end < 0 ? message : message.substring(0, end);
        return Shown.start(line, 200);
    }
}
