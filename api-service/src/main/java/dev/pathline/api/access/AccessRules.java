package dev.pathline.api.access;

import dev.pathline.common.access.Role;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.PathContainer;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/**
 * What a caller needs to ask for something: the table of all addresses. What is in no row needs a key, and is not found: a test holds every
 * address of the server against the table.
 */
final class AccessRules {

    private static final HttpMethod[] READ = {HttpMethod.GET, HttpMethod.HEAD};
    private static final HttpMethod[] ANY = {};

    private final List<Rule> rules = new ArrayList<>();

    /** What is needed. */
    enum Need {
        /** Nothing: the page and what describes the server. */
        NOTHING,
        /** A key, whatever it may do. */
        KEY,
        /** The role {@link Role#GENERATE}. */
        GENERATE,
        /** The role {@link Role#TRAIN}. */
        TRAIN,
        /** The role {@link Role#ADMIN}. */
        ADMIN;

        /** Returns the role, or null where none is needed. */
        @Nullable
        Role role() {
            return switch (this) {
                case NOTHING, KEY -> null;
                case GENERATE -> Role.GENERATE;
                case TRAIN -> Role.TRAIN;
                case ADMIN -> Role.ADMIN;
            };
        }
    }

    private record Rule(List<HttpMethod> methods, PathPattern path, Need need) {

        boolean applies(HttpMethod method, PathContainer asked) {
            return (methods.isEmpty() || methods.contains(method)) && path.matches(asked);
        }
    }

    /** @param management whether the actuator has a port of its own, which is protected by who can reach it */
    AccessRules(boolean management) {
        rule(Need.NOTHING, READ, "/", "/index.html", "/guide.html", "/page/**", "/docs/**", "/v3/api-docs/**",
                "/v3/api-docs.yaml", "/swagger-ui.html", "/swagger-ui/**", "/webjars/**", "/actuator/health/**");
        rule(Need.NOTHING, ANY, "/session");
        rule(management ? Need.NOTHING : Need.ADMIN, ANY, "/actuator/**");
        rule(Need.KEY, READ, "/models/**", "/solvers", "/v1/models/**");
        rule(Need.ADMIN, ANY, "/models/**");
        rule(Need.GENERATE, new HttpMethod[]{HttpMethod.POST}, "/generate", "/v1/images/generations",
                "/experiments/*/pairs", "/experiments/*/votes", "/experiments/*/observations", "/webhooks/*/retry");
        rule(Need.GENERATE, READ, "/experiments/**", "/webhooks/**");
        rule(Need.GENERATE, ANY, "/jobs/**");
        rule(Need.ADMIN, ANY, "/experiments/**", "/operations");
        rule(Need.TRAIN, ANY, "/training-runs/**");
    }

    private void rule(Need need, HttpMethod[] methods, String... paths) {
        for (String path : paths) {
            rules.add(new Rule(List.of(methods), PathPatternParser.defaultInstance.parse(path), need));
        }
    }

    /** Returns what is needed: what the first row says that applies. */
    Need need(HttpMethod method, PathContainer path) {
        if (method.equals(HttpMethod.OPTIONS)) {
            // A browser asks by it whether it may ask, and says no key then.
            return Need.NOTHING;
        }
        return rules.stream().filter(rule -> rule.applies(method, path)).map(Rule::need).findFirst().orElse(Need.KEY);
    }
}
