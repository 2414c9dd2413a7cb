package dev.pathline.api.error;

import java.util.Objects;
import java.util.UUID;
import java.util.regex.Pattern;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Gives every request an id, the client's own if it sends a harmless one, and tells it in {@code X-Request-Id}. A
 * client's id may only hold letters, digits and {@code ._-}: it is written into logs.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
public final class RequestIds implements WebFilter {

    /** The header. */
    public static final String HEADER = "X-Request-Id";

    private static final String ATTRIBUTE = RequestIds.class.getName();
    private static final Pattern HARMLESS = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        exchange.getResponse().getHeaders().set(HEADER, of(exchange));
        return chain.filter(exchange);
    }

    /** The id of a request. */
    static String of(ServerWebExchange exchange) {
        String sent = exchange.getRequest().getHeaders().getFirst(HEADER);
        Object id = exchange.getAttributes().computeIfAbsent(ATTRIBUTE, key -> sent != null
                && HARMLESS.matcher(sent).matches() ? sent : UUID.randomUUID().toString());
        return Objects.requireNonNull(id).toString();
    }
}
