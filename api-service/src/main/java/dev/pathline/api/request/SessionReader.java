package dev.pathline.api.request;

import dev.pathline.common.error.ErrorCode;
import dev.pathline.common.error.FieldErrors;

/** Reads the body of {@code POST /session}. */
public final class SessionReader {

    private static final int MAX_KEY = 256;

    private SessionReader() {}

    /**
     * What opens a session.
     *
     * @param key what the key says
     */
    public record Opening(String key) {

        /** Says nothing of the key. */
        @Override
        public String toString() {
            return "an opening";
        }
    }

    /**
     * Reads a body.
     *
     * @throws dev.pathline.common.error.ApiException with every mistake in it, and nothing of a key
     */
    public static Opening read(byte[] body) {
        var errors = new FieldErrors();
        var fields = new Fields(JsonBody.object(body), "", errors);
        var key = fields.raw("key");
        boolean right = key != null && key.isString() && !key.stringValue().isBlank()
                && key.stringValue().length() <= MAX_KEY;
        if (!right) {
            errors.add("key", "must be a string of 1 to " + MAX_KEY + " characters");
        }
        fields.refuseTheRest();
        if (!errors.isEmpty() || key == null) {
            throw errors.refusal(ErrorCode.INVALID_REQUEST);
        }
        return new Opening(key.stringValue().strip());
    }
}
