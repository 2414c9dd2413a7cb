package dev.pathline.api.access;

import java.util.Locale;
import java.util.Optional;

/**
 * Where a page comes from, as {@code Origin} says it (RFC 6454, 7).
 *
 * @param scheme {@code http} or {@code https}
 * @param authority host and port
 */
record Origin(String scheme, Authority authority) {

    /** Reads a header's value; empty for {@code null}, which a page without an origin sends, and for anything else. */
    static Optional<Origin> of(String text) {
        int end = text.indexOf("://");
        String scheme = end < 0 ? "" : text.substring(0, end).toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            return Optional.empty();
        }
        return Authority.of(text.substring(end + 3)).map(authority -> new Origin(scheme, authority));
    }

    /** Whether it is the same origin, however it is written. */
    boolean same(Origin other) {
        return scheme.equals(other.scheme) && authority.sameHost(other.authority)
                && authority.port(scheme) == other.authority.port(scheme);
    }

    /**
     * Whether it is the origin of a server that is asked as this host.
     *
     * @param asked what the request calls the server
     * @param scheme how the request reached the server: a proxy that ends TLS asks by {@code http} for a page of
     *        {@code https}, so that without a port nothing speaks against it
     */
    boolean isOf(Authority asked, String scheme) {
        if (!authority.sameHost(asked)) {
            return false;
        }
        boolean behindProxy = this.scheme.equals("https") && scheme.equals("http") && authority.port(this.scheme) == 443
                && asked.port() < 0;
        return behindProxy || authority.port(this.scheme) == asked.port(scheme);
    }
}
