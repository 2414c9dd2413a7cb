package dev.pathline.api.access;

import java.util.Map;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Tells browsers what no answer needs, whatever the answer is: to guess its type, to show it in another's frame, to run scripts that are not
 * files of this server. An answer that says a policy of its own keeps it.
 */
@Order(Ordered.HIGHEST_PRECEDENCE + 1)
public final class SecurityHeaders implements WebFilter {

    private static final String POLICY = "Content-Security-Policy";
    /** Images come as data and blobs where a stream shows them; styles are set by scripts, one property at a time. */
    private static final String STRICT = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:;"
            + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    /** What SpringDoc's page of the API needs besides: it writes its styles into the page. */
    private static final String SWAGGER = STRICT.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")
            .replace("img-src 'self' data: blob:", "img-src 'self' data: blob:; font-src 'self' data:");
    private static final Map<String, String> HEADERS = Map.of("X-Content-Type-Options", "nosniff", "X-Frame-Options",
            "DENY", "Referrer-Policy", "no-referrer", "Cross-Origin-Opener-Policy", "same-origin",
            "Permissions-Policy",
            "camera=(), geolocation=(), microphone=()");
    private static final String YEAR = "max-age=31536000";

    private final boolean others;

    /** @param others whether pages of other servers are configured, which then show images of this one */
    public SecurityHeaders(boolean others) {
        this.others = others;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        ServerHttpRequest request = exchange.getRequest();
        exchange.getResponse().beforeCommit(() -> {
            HttpHeaders headers = exchange.getResponse().getHeaders();
            HEADERS.forEach(headers::set);
            headers.set("Cross-Origin-Resource-Policy", others ? "cross-origin" : "same-origin");
            if (!headers.containsHeader(POLICY)) {
                String path = request.getPath().pathWithinApplication().value();
                headers.set(POLICY, path.startsWith("/swagger-ui") || path.startsWith("/webjars") ? SWAGGER : STRICT);
            }
            if ("https".equalsIgnoreCase(request.getURI().getScheme())) {
                headers.set("Strict-Transport-Security", YEAR);
            }
            return Mono.empty();
        });
        return chain.filter(exchange);
    }
}
