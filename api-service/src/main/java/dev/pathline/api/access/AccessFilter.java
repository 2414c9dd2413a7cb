package dev.pathline.api.access;

import dev.pathline.common.error.ApiException;
import dev.pathline.common.error.ErrorCode;
import dev.pathline.common.error.Shown;
import java.net.InetAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Refuses what a page of somebody else sends, with 403: requests that call the server by a name that is not its own, and
 * requests that change something and come from another origin. Programs say neither and are let through; so are requests
 * that only read, whose answers a browser keeps from other pages.
 */
@Order(Ordered.HIGHEST_PRECEDENCE + 10)
public final class AccessFilter implements WebFilter {

    private static final String FORWARDED_HOST = "X-Forwarded-Host";
    private static final List<HttpMethod> SAFE = List.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);
    /** Says up or down and no more; whoever looks (a load balancer, a node) may call the server what it likes. */
    private static final String HEALTH = "/actuator/health";

    private final KnownHosts hosts;
    private final List<Origin> origins;

    /**
     * A filter.
     *
     * @param hosts names and addresses of the server beside those it has by itself, see {@link KnownHosts}
     * @param origins pages of other servers that may send, such as {@code https://app.example.com}
     * @param bound the address that the server listens on; null for all
     * @throws IllegalArgumentException if one of them is none
     */
    public AccessFilter(List<String> hosts, List<String> origins, @Nullable InetAddress bound) {
        this.hosts = new KnownHosts(hosts, bound);
        this.origins = origins.stream().map(text -> Origin.of(text).orElseThrow(() -> new IllegalArgumentException(
                "pathline.api.origins has '" + text + "', which is no origin such as https://app.example.com.")))
                .toList();
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        ServerHttpRequest request = exchange.getRequest();
        ApiException refusal = refusal(request);
        return refusal == null ? chain.filter(exchange) : Mono.error(refusal);
    }

    /** Whether pages of this origin may send to the server although it is another's. */
    public boolean isConfigured(String origin) {
        return Origin.of(origin).filter(asked -> origins.stream().anyMatch(asked::same)).isPresent();
    }

    private @Nullable ApiException refusal(ServerHttpRequest request) {
        HttpHeaders headers = request.getHeaders();
        List<Authority> asked = new ArrayList<>();
        for (String name : names(request)) {
            Optional<Authority> authority = Authority.of(name);
            boolean health = request.getPath().pathWithinApplication().value().startsWith(HEALTH);
            if (!health && authority.filter(hosts::contains).isEmpty()) {
                return new ApiException(ErrorCode.FOREIGN_HOST, "This server is not called '" + shown(name) + "'");
            }
            authority.ifPresent(asked::add);
        }
        return SAFE.contains(request.getMethod()) ? null : foreign(headers, asked, scheme(request.getURI()));
    }

    /** Everything that the request calls the server. A browser always says one; HTTP 1.0 has none. */
    private static List<String> names(ServerHttpRequest request) {
        HttpHeaders headers = request.getHeaders();
        List<String> names = new ArrayList<>(headers.getOrEmpty(HttpHeaders.HOST));
        headers.getOrEmpty(FORWARDED_HOST).forEach(value -> names.addAll(Arrays.asList(value.split(",", -1))));
        String authority = request.getURI().getRawAuthority();
        // Where a proxy's headers have been understood before this filter, they are here.
        if (!names.isEmpty() && authority != null) {
            names.add(authority);
        }
        return names;
    }

    private @Nullable ApiException foreign(HttpHeaders headers, List<Authority> asked, String scheme) {
        List<String> sent = headers.getOrEmpty(HttpHeaders.ORIGIN);
        if (sent.isEmpty()) {
            String site = headers.getFirst("Sec-Fetch-Site");
            boolean other = site != null && !site.equals("same-origin") && !site.equals("none");
            return other ? refused("another site") : null;
        }
        String text = String.join(", ", sent);
        Optional<Origin> origin = Origin.of(text);
        boolean own = origin.filter(from -> asked.stream().anyMatch(host -> from.isOf(host, scheme))
                || origins.stream().anyMatch(from::same)).isPresent();
        return own ? null : refused("'" + shown(text) + "'");
    }

    private static ApiException refused(String whose) {
        return new ApiException(ErrorCode.FOREIGN_ORIGIN, "The request comes from a page of " + whose);
    }

    private static String scheme(URI uri) {
        return uri.getScheme() == null ? "http" : uri.getScheme().toLowerCase(Locale.ROOT);
    }

    private static String shown(String text) {
        return Shown.start(text, 80);
    }
}
