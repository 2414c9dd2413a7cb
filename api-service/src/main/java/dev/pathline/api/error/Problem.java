package dev.pathline.api.error;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.pathline.common.error.ApiException;
import dev.pathline.common.error.ErrorCode;
import dev.pathline.common.error.FieldError;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A problem document (RFC 9457), with the error in the form that OpenAI's clients read beside it.
 *
 * @param type a name for the kind of problem, not an address
 * @param title the kind, in words
 * @param status the HTTP status
 * @param detail what is special about this occurrence, and what to do
 * @param instance the request's path
 * @param code the kind, for programs
 * @param errors the fields that are wrong, the first of them where they are many
 * @param moreErrors how many mistakes there are beside them; left out if none
 * @param requestId the id in the {@code X-Request-Id} header and in the server's log
 * @param error the same for OpenAI's clients
 */
public record Problem(
        String type,
        String title,
        int status,
        String detail,
        String instance,
        String code,
        List<FieldError> errors,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Long moreErrors,
        String requestId,
        OpenAiError error) {

    /** The media type. */
    public static final String MEDIA_TYPE = "application/problem+json";

    /**
     * An error as OpenAI's clients read it.
     *
     * @param message what happened
     * @param type the kind, one of theirs
     * @param code the kind, ours
     * @param param the first field that is wrong, or null
     */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    public record OpenAiError(String message, String type, String code, @Nullable String param) {

        /** That of an exception. */
        public static OpenAiError of(ApiException exception) {
            ErrorCode code = exception.code();
            return new OpenAiError(code.advise(exception.detail()), openAiType(code.status()), code.wire(),
                    exception.errors().isEmpty() ? null : exception.errors().getFirst().field());
        }
    }

    /** The document of an exception. */
    static Problem of(ApiException exception, String path, String requestId) {
        ErrorCode code = exception.code();
        String detail = code.advise(exception.detail());
        Long more = exception.moreErrors() == 0 ? null : (Long) exception.moreErrors();
        return new Problem("urn:pathline:problem:" + code.wire(), code.title(), code.status(), detail, path,
                code.wire(), exception.errors(), more, requestId,
                OpenAiError.of(exception));
    }

    /** Returns what is told of an error that ended what had begun. */
    public static ApiException cause(Throwable error) {
        return Exceptions.translate(error, "");
    }

    private static String openAiType(int status) {
        if (status == 429) {
            return "rate_limit_error";
        }
        return status < 500 ? "invalid_request_error" : "server_error";
    }
}
