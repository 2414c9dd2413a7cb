package dev.pathline.api.request;

import dev.pathline.common.error.ApiException;
import dev.pathline.common.error.ErrorCode;
import dev.pathline.common.error.Shown;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which jobs of a list are asked for, by what an address says. */
public final class JobListing {

    private static final String METADATA = "metadata.";
    private static final int FIRST_YEAR = 1970;
    private static final int LAST_YEAR = 9999;

    private JobListing() {}

    /**
     * Reads the parameters {@code metadata.NAME=VALUE}.
     *
     * @throws ApiException if one of them is there twice: no job has two values of a name
     */
    public static Map<String, String> metadata(Map<String, List<String>> parameters) {
        var wanted = new HashMap<String, String>();
        parameters.forEach((name, values) -> {
            if (name.startsWith(METADATA)) {
                if (values.size() != 1) {
                    throw ApiException.of(ErrorCode.INVALID_REQUEST, Shown.start(name, 80), "is there more than once");
                }
                wanted.put(name.substring(METADATA.length()), values.getFirst() == null ? "" : values.getFirst());
            }
        });
        if (wanted.size() > GenerateRequestReader.MAX_METADATA) {
            throw ApiException.of(ErrorCode.INVALID_REQUEST, "metadata", "has at most "
                    + GenerateRequestReader.MAX_METADATA + " entries");
        }
        return wanted;
    }

    /**
     * Reads a time.
     *
     * @return null where there is none
     * @throws ApiException if it is none
     */
    public static @Nullable Instant time(String name, @Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            // A plus in an address is a blank.
            OffsetDateTime time = OffsetDateTime.parse(text.replace(' ', '+'));
            if (time.getYear() >= FIRST_YEAR && time.getYear() <= LAST_YEAR) {
                return time.toInstant();
            }
            throw new DateTimeException("no job is of that year");
        } catch (DateTimeException e) {
            throw ApiException.of(ErrorCode.INVALID_REQUEST, name, "must be a time such as 2026-12-01T10:00:00Z");
        }
    }
}
