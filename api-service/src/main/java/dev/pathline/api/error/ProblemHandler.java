package dev.pathline.api.error;

import dev.pathline.common.error.ApiException;
import dev.pathline.common.error.ErrorCode;
import dev.pathline.common.wire.Json;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.webflux.error.ErrorWebExceptionHandler;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.MethodNotAllowedException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.util.DisconnectedClientHelper;
import reactor.core.publisher.Mono;

/**
 * Answers every error, whoever threw it, with a problem document, whatever the client accepts: an error that is not
 * told helps nobody. What nobody foresaw, and a registry that is not there, is logged with its causes and the request's
 * id; the client gets the id.
 */
@Order(-2) // before Spring Boot's own handler
public final class ProblemHandler implements ErrorWebExceptionHandler {

    private static final Logger LOG = LoggerFactory.getLogger(ProblemHandler.class);

    @Override
    public Mono<Void> handle(ServerWebExchange exchange, Throwable error) {
        ServerHttpResponse response = exchange.getResponse();
        if (DisconnectedClientHelper.isClientDisconnectedException(error)) {
            // Nobody is there to be told, and nothing is wrong here.
            LOG.debug("Request {} to {}: the client has left", RequestIds.of(exchange),
                    exchange.getRequest().getPath());
            return Mono.error(error);
        }
        String path = exchange.getRequest().getPath().value();
        String requestId = RequestIds.of(exchange);
        ApiException told = Exceptions.translate(error, path);
        if (told.code() == ErrorCode.REGISTRY_UNAVAILABLE) {
            LOG.warn("Request {} to {} did not reach the registry", requestId, path, error);
        }
        if (told.code() == ErrorCode.INTERNAL) {
            LOG.error("Request {} to {} failed", requestId, path, error);
        }
        if (response.isCommitted()) {
            return Mono.error(error);
        }
        Problem problem = Problem.of(told, path, requestId);
        HttpHeaders headers = response.getHeaders();
        // What a controller had prepared for its own answer does not describe this one.
        Map<String, List<String>> kept = shared(headers);
        headers.clear();
        kept.forEach(headers::addAll);
        headers.set(RequestIds.HEADER, requestId);
        headers.setContentType(MediaType.parseMediaType(Problem.MEDIA_TYPE));
        headers.setCacheControl("no-store");
        if (error instanceof MethodNotAllowedException e) {
            headers.setAllow(e.getSupportedMethods());
        }
        if (told.code() == ErrorCode.BODY_TIMEOUT || told.code() == ErrorCode.BODY_TOO_LARGE) {
            // What is left of the body may come, and would be read as the next request.
            headers.set(HttpHeaders.CONNECTION, "close");
        }
        if (told.code() == ErrorCode.UNAUTHENTICATED) {
            headers.set(HttpHeaders.WWW_AUTHENTICATE, "Bearer realm=\"pathline\"");
        }
        Duration wait = told.retryAfter();
        if (wait != null) {
            // Seconds are rounded up: earlier would be refused again.
            headers.set(HttpHeaders.RETRY_AFTER, Long.toString(Math.ceilDiv(wait.toMillis(), 1000)));
            headers.set("retry-after-ms", Long.toString(wait.toMillis()));
        }
        response.setStatusCode(HttpStatusCode.valueOf(problem.status()));
        byte[] body = Json.MAPPER.writeValueAsBytes(problem);
        headers.setContentLength(body.length);
        return response.writeWith(Mono.fromSupplier(() -> response.bufferFactory().wrap(body)));
    }

    /** What lets a page of another origin read an answer is of every answer. */
    private static Map<String, List<String>> shared(HttpHeaders headers) {
        Map<String, List<String>> kept = new HashMap<>();
        headers.forEach((name, values) -> {
            if (name.toLowerCase(Locale.ROOT).startsWith("access-control-")
                    || name.equalsIgnoreCase(HttpHeaders.VARY)) {
                kept.put(name, List.copyOf(values));
            }
        });
        return kept;
    }
}
