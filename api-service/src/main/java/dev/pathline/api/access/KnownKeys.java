package dev.pathline.api.access;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.pathline.api.concurrent.Blocking;
import dev.pathline.common.access.ApiKey;
import dev.pathline.common.access.KeySecret;
import dev.pathline.common.port.KeyStore;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** Who says what is known. What the store says of a key is believed for a while, so it takes as long until one that is revoked is none. */
public final class KnownKeys {

    /** For so long a key is not looked up again. */
    static final Duration BELIEVED = Duration.ofSeconds(5);

    private static final int MOST = 10_000;

    private final KeyStore store;
    private final String configured;
    private final Clock clock;
    private final Cache<String, Optional<ApiKey>> known = Caffeine.newBuilder().maximumSize(MOST)
            .expireAfterWrite(BELIEVED).build();

    /**
     * The keys of a store.
     *
     * @param configured what the key of the server's settings says; empty for none
     * @param clock by which keys end
     */
    public KnownKeys(KeyStore store, String configured, Clock clock) {
        this.store = store;
        this.configured = configured;
        this.clock = clock;
    }

    /** Returns who says this; empty if it is no key, or none any more. */
    Mono<Caller> caller(String said) {
        if (!configured.isEmpty() && KeySecret.same(configured, said)) {
            return Mono.just(Caller.CONFIGURED);
        }
        return Mono.justOrEmpty(KeySecret.of(said)).flatMap(secret -> Blocking.<Caller>call(() -> {
            Optional<ApiKey> key = known.get(secret.id(), store::find);
            return key.filter(found -> secret.isOf(found) && found.isValid(clock.instant())).map(Caller::of)
                    .orElse(null);
        }));
    }

    /** Returns whether there is a key at all; may block. */
    public boolean isEmpty() {
        return configured.isEmpty() && store.list().stream().noneMatch(key -> key.isValid(clock.instant()));
    }
}
