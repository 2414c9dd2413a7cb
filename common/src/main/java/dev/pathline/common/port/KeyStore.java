package dev.pathline.common.port;

import dev.pathline.common.access.ApiKey;
import java.util.List;
import java.util.Optional;

/** API keys. Every method may throw {@link PortUnavailableException}. */
public interface KeyStore {

    /** Returns a key, also one that was revoked. */
    Optional<ApiKey> find(String id);

    /** Returns all keys, the oldest first. */
    List<ApiKey> list();

    /** Stores a key, in place of one with its id. */
    void put(ApiKey key);
}
