package dev.pathline.api.access;

import java.util.regex.Pattern;
import org.springframework.http.server.reactive.ServerHttpRequest;

/**
 * Where the server's addresses begin for a client: behind a proxy that serves it below a path, and says so by
 * {@code X-Forwarded-Prefix}, at that path.
 */
public final class PublicPath {

    /** What a header says goes into addresses, so it has to be a path and nothing else. */
    private static final Pattern HARMLESS = Pattern.compile("(/[A-Za-z0-9_~-][A-Za-z0-9._~%-]*)+");

    private PublicPath() {}

    /** Returns what is put in front of {@code /jobs/...}: nothing, or a path without a slash at its end. */
    public static String of(ServerHttpRequest request) {
        String context = request.getPath().contextPath().value();
        return isHarmless(context) ? context : "";
    }

    /** Whether it is a path below which a server can be; a slash at its end does not count. */
    static boolean isHarmless(String prefix) {
        return HARMLESS.matcher(prefix.endsWith("/") ? prefix.substring(0, prefix.length() - 1) : prefix).matches();
    }
}
