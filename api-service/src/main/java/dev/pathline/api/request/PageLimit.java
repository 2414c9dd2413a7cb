package dev.pathline.api.request;

import dev.pathline.common.error.ApiException;
import dev.pathline.common.error.ErrorCode;

/** How many entries a page of a list has. */
public final class PageLimit {

    private static final int MOST = 200;

    private PageLimit() {}

    /**
     * Reads the parameter {@code limit}.
     *
     * @throws ApiException if it is no number from 1 to {@value #MOST}
     */
    public static int read(String text) {
        int limit = text.matches("[0-9]{1,6}") ? Integer.parseInt(text) : 0;
        if (limit < 1 || limit > MOST) {
            throw ApiException.of(ErrorCode.INVALID_REQUEST, "limit", "must be a number from 1 to " + MOST);
        }
        return limit;
    }
}
