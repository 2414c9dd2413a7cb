package dev.pathline.api.access;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The names that the server answers to.
 *
 * <p>Why at all: whoever owns a name can let it point to 127.0.0.1 after a page of that name was loaded. For the browser
 * the page and this server then are one origin, and the page reads and sends as it likes (DNS rebinding). All it cannot
 * change is the name in {@code Host}.
 *
 * <p>A server that listens on this machine alone is called {@code localhost}, or by a loopback address. One that listens
 * further (in a container, in a cluster) is also called by any address, since an address is no name that could be let
 * point elsewhere, and by names that no public name server gives out: one label ({@code pathline}, as containers and pods
 * call each other), {@code .svc}, {@code .cluster.local}, {@code .internal}. Everything else is configured.
 */
final class KnownHosts {

    private static final List<String> PRIVATE_SUFFIXES = List.of(".svc", ".cluster.local", ".internal");

    private final boolean any;
    private final boolean local;
    private final List<Authority> hosts = new ArrayList<>();
    private final List<String> suffixes = new ArrayList<>();

    /**
     * The names of a server.
     *
     * @param configured further names and addresses; {@code *.example.com} stands for every name below it, {@code *} for
     *        every name
     * @param bound the address that the server listens on; null for all
     * @throws IllegalArgumentException if one of the configured is no host
     */
    KnownHosts(List<String> configured, @Nullable InetAddress bound) {
        this.any = configured.contains("*");
        this.local = bound != null && bound.isLoopbackAddress();
        for (String entry : configured) {
            if (entry.startsWith("*.")) {
                suffixes.add(host(entry.substring(2), entry).host());
            } else if (!entry.equals("*")) {
                hosts.add(host(entry, entry));
            }
        }
    }

    private static Authority host(String text, String entry) {
        // An address of version 6 may be written without its brackets.
        String bracketed = text.indexOf(':') != text.lastIndexOf(':') && !text.startsWith("[")
                ? "[" + text + "]"
                : text;
        return Authority.of(bracketed).filter(authority -> authority.port() < 0).orElseThrow(
                () -> new IllegalArgumentException("pathline.api.hosts has '" + entry
                        + "', which is no host name, such as pathline.example.com, and no address."));
    }

    /** Whether the server answers to this name, whatever the port. */
    boolean contains(Authority asked) {
        if (any || hosts.stream().anyMatch(asked::sameHost)) {
            return true;
        }
        InetAddress address = asked.address();
        if (address != null) {
            return !local || address.isLoopbackAddress() || address.isAnyLocalAddress();
        }
        String name = asked.host().toLowerCase(Locale.ROOT);
        // Browsers and RFC 6761 keep localhost and what is below it on this machine.
        return name.equals("localhost") || name.endsWith(".localhost")
                || suffixes.stream().anyMatch(suffix -> name.endsWith("." + suffix))
                || (!local && (name.indexOf('.') < 0 || PRIVATE_SUFFIXES.stream().anyMatch(name::endsWith)));
    }
}
