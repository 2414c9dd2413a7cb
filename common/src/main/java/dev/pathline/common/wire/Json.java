package dev.pathline.common.wire;

import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The one JSON mapper of the wire and of the stores. */
public final class Json {

    /**
     * Times are ISO-8601 strings (Jackson 3's default). Duplicate keys and trailing garbage are refused, because what
     * a reader silently repairs, another reader reads differently. Unknown properties are ignored when our own
     * records are read back, so that a newer process can share a store with an older one; the fields of a client's
     * request are checked one by one elsewhere.
     */
    public static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private Json() {}
}
