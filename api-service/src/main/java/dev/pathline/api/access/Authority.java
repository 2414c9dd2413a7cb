package dev.pathline.api.access;

import java.net.InetAddress;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A host with a port, as {@code Host} names it (RFC 9110, 7.2).
 *
 * @param host in lower case, without a final dot; an IPv6 address without its brackets
 * @param port the port, or -1 where none is said
 * @param address the address, where the host is one and no name; null for a name
 */
record Authority(String host, int port, @Nullable InetAddress address) {

    /** A name or an IPv4 address, or an IPv6 address in brackets (a zone is for its sender alone); then a port. */
    private static final Pattern FORM = Pattern.compile(
            "(?:([A-Za-z0-9._-]{1,253})|\\[([0-9A-Fa-f:.]{2,45})(?:%[A-Za-z0-9._~%-]{1,32})?])(?::(\\d{0,5}))?");
    private static final int MAX_PORT = 65_535;

    /** Reads a header's value; empty if it is none. */
    static Optional<Authority> of(String text) {
        Matcher matcher = FORM.matcher(text.strip());
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String digits = matcher.group(3);
        int port = digits == null || digits.isEmpty() ? -1 : Integer.parseInt(digits);
        String name = matcher.group(1);
        String host = (name == null ? matcher.group(2) : name).toLowerCase(Locale.ROOT);
        if (host.endsWith(".")) {
            host = host.substring(0, host.length() - 1);
        }
        InetAddress address = literal(host);
        boolean wrong = host.isEmpty() || port > MAX_PORT || (name == null && address == null);
        return wrong ? Optional.empty() : Optional.of(new Authority(host, port, address));
    }

    /** The port, or the one that a scheme has by itself. */
    int port(String scheme) {
        return port >= 0 ? port : scheme.equals("https") ? 443 : 80;
    }

    /** Whether it is the same host, however an address is written. */
    boolean sameHost(Authority other) {
        return address != null ? address.equals(other.address) : host.equals(other.host);
    }

    /** Never asks a name server. */
    private static @Nullable InetAddress literal(String host) {
        try {
            return InetAddress.ofLiteral(host);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
