package dev.pathline.api.access;

import dev.pathline.common.access.ApiKey;
import dev.pathline.common.access.KeyLimits;
import dev.pathline.common.access.Role;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.reactive.ServerHttpRequest;

/**
 * Who asks. Controllers have one as a parameter.
 *
 * @param key the id of the API key, or null where none is asked for, or none was said
 * @param name what people call the key, or null without one
 * @param roles what may be done
 * @param limits how much may be asked for
 */
public record Caller(@Nullable String key, @Nullable String name, Set<Role> roles, KeyLimits limits) {

    /** Who asks a server that asks for no keys: may do everything. */
    public static final Caller EVERYBODY = new Caller(null, null, EnumSet.allOf(Role.class), KeyLimits.NONE);

    /** Who has said no key where one is asked for: may look at the page, and no more. */
    static final Caller NOBODY = new Caller(null, null, Set.of(), KeyLimits.NONE);

    /** The key that the server's settings name. */
    static final Caller CONFIGURED = new Caller("admin", "admin", EnumSet.allOf(Role.class), KeyLimits.NONE);

    private static final String ATTRIBUTE = Caller.class.getName();

    /** Copies the set. */
    public Caller {
        roles = Set.copyOf(roles);
    }

    static Caller of(ApiKey key) {
        return new Caller(key.id(), key.name(), key.roles(), key.limits());
    }

    /**
     * Returns who sends a request.
     *
     * @throws IllegalStateException if that was not found out
     */
    public static Caller of(ServerHttpRequest request) {
        if (request.getAttributes().get(ATTRIBUTE) instanceof Caller caller) {
            return caller;
        }
        throw new IllegalStateException("nobody has found out who asks for " + request.getPath());
    }

    void sends(ServerHttpRequest request) {
        request.getAttributes().put(ATTRIBUTE, this);
    }

    /** Returns whether it may do something; an administrator may do everything. */
    public boolean may(Role role) {
        return roles.contains(role) || roles.contains(Role.ADMIN);
    }

    /**
     * Returns whether it sees what a key has made.
     *
     * @param owner the key, or null if nobody asked for one then
     */
    public boolean sees(@Nullable String owner) {
        return may(Role.ADMIN) || (key != null && key.equals(owner));
    }

    /** Returns the key whose jobs and runs alone it sees, or null if it sees all. */
    public @Nullable String seesOnly() {
        return may(Role.ADMIN) ? null : String.valueOf(key);
    }

    /** Returns who has done something, for those who look later: the key, where there is one, whatever was said. */
    public String signs(String said) {
        return name == null ? said : name;
    }
}
