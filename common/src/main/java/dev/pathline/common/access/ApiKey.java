package dev.pathline.common.access;

import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An API key as it is kept: what it says is not, only its hash.
 *
 * @param id what jobs and logs call it; part of what it says
 * @param name what people call it
 * @param roles what it may do, at least one
 * @param limits how much it may ask for
 * @param hash see {@link KeySecret#hash}
 * @param webhookSecret by which webhooks of its jobs are signed, {@code whsec_} and base 64; kept as it is, because whoever signs needs it
 * @param createdAt when it was made
 * @param expiresAt when it stops being one, or null for never
 * @param revokedAt when somebody took it back, or null
 */
public record ApiKey(
        String id,
        String name,
        Set<Role> roles,
        KeyLimits limits,
        String hash,
        String webhookSecret,
        Instant createdAt,
        @Nullable Instant expiresAt,
        @Nullable Instant revokedAt) {

    /** @throws IllegalArgumentException if it has no role */
    public ApiKey {
        if (roles.isEmpty()) {
            throw new IllegalArgumentException("a key has at least one role");
        }
        roles = Set.copyOf(EnumSet.copyOf(roles));
    }

    /** Returns whether it is one at a time. */
    public boolean isValid(Instant now) {
        return revokedAt == null && (expiresAt == null || now.isBefore(expiresAt));
    }

    /** Returns the same key with other words, so that what it has made stays its own. */
    public ApiKey saying(KeySecret secret) {
        return new ApiKey(id, name, roles, limits, secret.hash(), webhookSecret, createdAt, expiresAt, revokedAt);
    }

    /** Returns it taken back. */
    public ApiKey revoked(Instant now) {
        return new ApiKey(id, name, roles, limits, hash, webhookSecret, createdAt, expiresAt,
                revokedAt == null ? now : revokedAt);
    }

    /** Says nothing of its secrets. */
    @Override
    public String toString() {
        return "key " + id + " (" + name + ")";
    }
}
