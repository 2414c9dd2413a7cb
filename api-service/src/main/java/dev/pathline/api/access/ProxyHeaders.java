package dev.pathline.api.access;

import java.util.List;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.adapter.ForwardedHeaderTransformer;

/**
 * What a proxy says of itself becomes part of the request's address; what is no address is left out, as if nobody had said
 * it.
 */
public final class ProxyHeaders extends ForwardedHeaderTransformer {

    private static final String PREFIX = "X-Forwarded-Prefix";

    private final ForwardedHeaderTransformer without = new ForwardedHeaderTransformer();

    /** Headers that are understood. */
    public ProxyHeaders() {
        without.setRemoveOnly(true);
    }

    @Override
    public ServerHttpRequest apply(ServerHttpRequest request) {
        List<String> prefixes = request.getHeaders().getOrEmpty(PREFIX);
        ServerHttpRequest understood = prefixes.isEmpty() || PublicPath.isHarmless(String.join("", prefixes))
                ? request
                : request.mutate().headers(headers -> headers.remove(PREFIX)).build();
        try {
            return super.apply(understood);
        } catch (IllegalArgumentException e) {
            return without.apply(understood);
        }
    }
}
