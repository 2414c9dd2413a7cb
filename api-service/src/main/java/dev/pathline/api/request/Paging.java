package dev.pathline.api.request;

import dev.pathline.common.error.ApiException;
import dev.pathline.common.error.ErrorCode;
import dev.pathline.common.job.JobIds;
import org.jspecify.annotations.Nullable;

/** Which page of a list is asked for. */
public final class Paging {

    private static final int MOST = 200;

    private Paging() {}

    /**
     * Reads the parameter {@code limit}.
     *
     * @throws ApiException if it is no number from 1 to {@value #MOST}
     */
    public static int limit(String text) {
        int limit = text.matches("[0-9]{1,6}") ? Integer.parseInt(text) : 0;
        if (limit < 1 || limit > MOST) {
            throw ApiException.of(ErrorCode.INVALID_REQUEST, "limit", "must be a number from 1 to " + MOST);
        }
        return limit;
    }

    /**
     * Checks the parameter {@code cursor}.
     *
     * @throws ApiException if it is none; null is the first page's
     */
    public static @Nullable String cursor(@Nullable String text) {
        if (text != null && !JobIds.isId(text)) {
            throw ApiException.of(ErrorCode.INVALID_REQUEST, "cursor", "must be the nextCursor of a page before");
        }
        return text;
    }
}
