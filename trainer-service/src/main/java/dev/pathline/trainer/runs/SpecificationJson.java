package dev.pathline.trainer.runs;

import dev.pathline.common.error.ApiException;
import dev.pathline.common.error.ErrorCode;
import dev.pathline.trainer.specification.TrainingSpecs;
import java.util.Locale;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A specification in JSON, which is kept and read as YAML. */
final class SpecificationJson {

    /** Numbers keep their digits: a class may be called 1.50. */
    private static final JsonMapper JSON = JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

    private SpecificationJson() {}

    /**
     * Returns the same specification in YAML.
     *
     * @throws ApiException {@code MALFORMED_JSON} with the place, if it is no JSON, and {@code INVALID_REQUEST} if it is no
     *         object
     */
    static String yaml(String json) {
        JsonNode tree;
        try {
            tree = JSON.readTree(json);
        } catch (JacksonException e) {
            TokenStreamLocation at = e.getLocation();
            String place = at == null
                    ? ""
                    : String.format(Locale.ROOT, "Line %d, column %d: ", at.getLineNr(), at.getColumnNr());
            throw new ApiException(ErrorCode.MALFORMED_JSON, place + reason(e.getOriginalMessage()));
        }
        if (!tree.isObject()) {
            throw new ApiException(ErrorCode.INVALID_REQUEST, "The specification must be a JSON object");
        }
        return TrainingSpecs.write(tree);
    }

    /** The parser's own words, without what it says of itself. */
    static String reason(String message) {
        String line = message.lines().findFirst().orElse("").replaceAll("\\s*\\([^()]*\\[Source.*$", "")
                .replaceAll(",? from `[^`]*`", "").strip();
        return line.isEmpty() || line.contains("`") ? "it is no JSON from here on" : line;
    }
}
