package dev.pathline.api.error;

import dev.pathline.common.error.ApiException;
import dev.pathline.common.error.ErrorCode;
import dev.pathline.common.error.Shown;
import dev.pathline.common.port.PortUnavailableException;
import dev.pathline.common.port.RegistryUnavailableException;
import java.nio.file.InvalidPathException;
import java.time.Duration;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.TypeMismatchException;
import org.springframework.core.MethodParameter;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.util.InvalidMimeTypeException;
import org.springframework.web.server.MethodNotAllowedException;
import org.springframework.web.server.NotAcceptableStatusException;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebInputException;
import org.springframework.web.server.UnsupportedMediaTypeStatusException;

/** Says what Spring's exceptions mean in our words. */
final class Exceptions {

    /** How soon a store that is away may be back. */
    private static final Duration RETRY = Duration.ofSeconds(5);

    private Exceptions() {}

    /** The error to tell; {@link ErrorCode#INTERNAL} for everything that nobody foresaw. */
    static ApiException translate(Throwable error, String path) {
        return switch (error) {
            case ApiException own -> own;
            case RegistryUnavailableException e -> new ApiException(ErrorCode.REGISTRY_UNAVAILABLE,
                    "The models cannot be reached; the server's log says why");
            case PortUnavailableException e -> new ApiException(ErrorCode.STORE_UNAVAILABLE,
                    "Jobs cannot be looked up or written; the server's log says why").retryAfter(RETRY);
            case InvalidPathException e -> new ApiException(ErrorCode.INVALID_REQUEST,
                    "A path cannot be read on this server: " + e.getReason()
                            + " (its locale has to be UTF-8 for names that"
                            + " are not ASCII)");
            case MethodNotAllowedException e -> new ApiException(ErrorCode.METHOD_NOT_ALLOWED,
                    e.getHttpMethod() + " is not allowed at " + path + ", only "
                            + e.getSupportedMethods().stream().map(Object::toString).sorted()
                                    .collect(Collectors.joining(", ")));
            case NotAcceptableStatusException e -> new ApiException(ErrorCode.NOT_ACCEPTABLE,
                    "What can be produced is " + e.getSupportedMediaTypes().stream().map(Object::toString)
                            .collect(Collectors.joining(", ")));
            case InvalidMimeTypeException e -> new ApiException(ErrorCode.UNSUPPORTED_MEDIA_TYPE,
                    "A header names '" + e.getMimeType() + "', which is no media type");
            case InvalidMediaTypeException e -> new ApiException(ErrorCode.UNSUPPORTED_MEDIA_TYPE,
                    "A header names '" + e.getMediaType() + "', which is no media type");
            case UnsupportedMediaTypeStatusException e -> new ApiException(ErrorCode.UNSUPPORTED_MEDIA_TYPE,
                    "The content type is " + e.getContentType());
            case ServerWebInputException e when e.getCause() instanceof TypeMismatchException mismatch ->
                mismatch(e.getMethodParameter(), mismatch);
            case ServerWebInputException e -> new ApiException(ErrorCode.INVALID_REQUEST,
                    e.getReason() == null ? "The request cannot be read" : e.getReason());
            case ResponseStatusException e -> ofStatus(e.getStatusCode(), path);
            default -> new ApiException(ErrorCode.INTERNAL, "Something went wrong that should not");
        };
    }

    private static ApiException mismatch(@Nullable MethodParameter parameter, TypeMismatchException mismatch) {
        String name = parameter == null ? null : parameter.getParameterName();
        String wanted = mismatch.getRequiredType() == boolean.class ? "true or false" : "a number";
        String given = String.valueOf(mismatch.getValue());
        return ApiException.of(ErrorCode.INVALID_REQUEST, name == null ? "request" : name,
                "must be " + wanted + ", not '"
                        + Shown.start(given, 60) + "'");
    }

    private static ApiException ofStatus(HttpStatusCode status, String path) {
        return switch (status.value()) {
            case 404 -> new ApiException(ErrorCode.NOT_FOUND, "Nothing is at " + path);
            case 413 -> new ApiException(ErrorCode.BODY_TOO_LARGE, "The body exceeds this server's limit");
            case 503 -> new ApiException(ErrorCode.SHUTTING_DOWN, "The server takes no more requests");
            default -> status.is4xxClientError()
                    ? new ApiException(ErrorCode.INVALID_REQUEST, "The request cannot be read")
                    : new ApiException(ErrorCode.INTERNAL, "Something went wrong that should not");
        };
    }
}
