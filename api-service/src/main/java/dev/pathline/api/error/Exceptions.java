package dev.pathline.api.error;

import dev.pathline.common.error.ApiException;
import dev.pathline.common.error.ErrorCode;
import dev.pathline.common.port.RegistryUnavailableException;
import java.util.stream.Collectors;
import org.springframework.http.HttpStatusCode;
import org.springframework.web.server.MethodNotAllowedException;
import org.springframework.web.server.NotAcceptableStatusException;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebInputException;
import org.springframework.web.server.UnsupportedMediaTypeStatusException;

/** Says what Spring's exceptions mean in our words. */
final class Exceptions {

    private Exceptions() {}

    /** The error to tell; {@link ErrorCode#INTERNAL} for everything that nobody foresaw. */
    static ApiException translate(Throwable error, String path) {
        return switch (error) {
            case ApiException own -> own;
            case RegistryUnavailableException e -> new ApiException(ErrorCode.REGISTRY_UNAVAILABLE,
                    "The models cannot be reached; the server's log says why");
            case MethodNotAllowedException e -> new ApiException(ErrorCode.METHOD_NOT_ALLOWED,
                    e.getHttpMethod() + " is not allowed at " + path + ", only "
                            + e.getSupportedMethods().stream().map(Object::toString).sorted()
                                    .collect(Collectors.joining(", ")));
            case NotAcceptableStatusException e -> new ApiException(ErrorCode.NOT_ACCEPTABLE,
                    "What can be produced is " + e.getSupportedMediaTypes().stream().map(Object::toString)
                            .collect(Collectors.joining(", ")));
            case UnsupportedMediaTypeStatusException e -> new ApiException(ErrorCode.UNSUPPORTED_MEDIA_TYPE,
                    "The content type is " + e.getContentType());
            case ServerWebInputException e -> new ApiException(ErrorCode.INVALID_REQUEST,
                    e.getReason() == null ? "The request cannot be read" : e.getReason());
            case ResponseStatusException e -> ofStatus(e.getStatusCode(), path);
            default -> new ApiException(ErrorCode.INTERNAL, "Something went wrong that should not");
        };
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
