package dev.pathline.api.access;

import dev.pathline.api.access.AccessRules.Need;
import dev.pathline.common.access.Role;
import dev.pathline.common.error.ApiException;
import dev.pathline.common.error.ErrorCode;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpCookie;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Finds out who asks, by {@code Authorization: Bearer KEY} or by the page's cookie, and refuses who may not: with 401 without a key that is
 * known, with 403 without the role.
 */
@Order(Ordered.HIGHEST_PRECEDENCE + 20)
public final class KeyFilter implements WebFilter {

    /** The page's cookie: scripts cannot read it, and no page of somebody else makes a browser send it. */
    static final String COOKIE = "pathline_key";

    private static final String SCHEME = "bearer ";

    private final boolean required;
    private final KnownKeys keys;
    private final AccessRules rules;

    /**
     * A filter.
     *
     * @param required whether keys are asked for; where not, everybody may do everything
     * @param management whether the actuator has a port of its own
     */
    public KeyFilter(boolean required, KnownKeys keys, boolean management) {
        this.required = required;
        this.keys = keys;
        this.rules = new AccessRules(management);
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        ServerHttpRequest request = exchange.getRequest();
        if (!required) {
            Caller.EVERYBODY.sends(request);
            return chain.filter(exchange);
        }
        Need need = rules.need(request.getMethod(), request.getPath().pathWithinApplication());
        if (need == Need.NOTHING) {
            Caller.NOBODY.sends(request);
            return chain.filter(exchange);
        }
        String said = said(request);
        if (said == null) {
            return Mono.error(new ApiException(ErrorCode.UNAUTHENTICATED, "The request says no API key"));
        }
        return keys.caller(said).switchIfEmpty(Mono.error(() -> new ApiException(ErrorCode.UNAUTHENTICATED,
                "The API key is not known, or is none any more"))).flatMap(caller -> {
                    Role role = need.role();
                    if (role != null && !caller.may(role)) {
                        return Mono.error(new ApiException(ErrorCode.FORBIDDEN, "This needs the role " + role.wire()
                                + ", which key '" + caller.name() + "' does not have"));
                    }
                    caller.sends(request);
                    return chain.filter(exchange);
                });
    }

    /** Returns the key that a request says, or null if it says none. */
    private static @Nullable String said(ServerHttpRequest request) {
        List<String> headers = request.getHeaders().getOrEmpty(HttpHeaders.AUTHORIZATION);
        if (!headers.isEmpty()) {
            String header = headers.getFirst();
            return headers.size() == 1 && header.toLowerCase(Locale.ROOT).startsWith(SCHEME)
                    ? header.substring(SCHEME.length()).strip()
                    : null;
        }
        HttpCookie cookie = request.getCookies().getFirst(COOKIE);
        return cookie == null ? null : cookie.getValue();
    }
}
