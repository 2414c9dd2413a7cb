package dev.pathline.api.request;

import dev.pathline.common.error.ApiException;
import dev.pathline.common.error.ErrorCode;
import dev.pathline.common.error.FieldErrors;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads the body of {@code PUT /models/{name}/aliases/{alias}}. */
public final class AliasRequestReader {

    private static final int MAX_VERSION = 64;

    private AliasRequestReader() {}

    /**
     * What is asked.
     *
     * @param version where the alias is to point
     * @param expected where it must point now; empty if there must be none yet; null for any
     */
    public record AliasRequest(String version, @Nullable String expected) {}

    /**
     * Reads a body.
     *
     * @throws ApiException with every mistake in it
     */
    public static AliasRequest read(byte[] body) {
        JsonNode root = JsonBody.object(body);
        FieldErrors errors = new FieldErrors();
        Fields fields = new Fields(root, "", errors);
        String version = fields.text("version", MAX_VERSION);
        if (fields.raw("version") == null) {
            fields.wrong("version", "is required; GET the model to see its versions");
        }
        JsonNode expected = fields.raw("expected");
        if (expected != null && !expected.isString()) {
            fields.wrong("expected", "must be the version that the alias has now, or \"\" for none, not "
                    + Fields.shown(expected));
        }
        fields.refuseTheRest();
        if (!errors.isEmpty()) {
            throw errors.refusal(ErrorCode.INVALID_REQUEST);
        }
        return new AliasRequest(Objects.requireNonNull(version), expected == null ? null : expected.stringValue());
    }
}
