package dev.pathline.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathline.common.access.ApiKey;
import dev.pathline.common.access.KeyLimits;
import dev.pathline.common.access.KeySecret;
import dev.pathline.common.access.Role;
import dev.pathline.common.testing.MutableClock;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Keys and how often they ask, in every database. */
class AccessTablesTest {

    private static final Instant NOW = Instant.parse("2026-12-01T10:00:00Z");

    private SqlDatabase database;

    @AfterEach
    void close() {
        database.close();
    }

    private void open(Dialect dialect) {
        database = SqlDatabase.open(dialect == Dialect.SQLITE ? SqlDatabase.Settings.memory() : TestPostgres.fresh());
    }

    private static ApiKey key(KeySecret secret, String name) {
        return new ApiKey(secret.id(), name, EnumSet.of(Role.GENERATE, Role.TRAIN), new KeyLimits(60, 2), secret.hash(),
                KeySecret.randomWebhookSecret(), NOW, NOW.plusSeconds(60), null);
    }

    @ParameterizedTest
    @EnumSource
    void shouldKeepKeysAndNotWhatTheySay(Dialect dialect) {
        open(dialect);
        var keys = new SqlKeyStore(database);
        KeySecret secret = KeySecret.random();
        ApiKey ada = key(secret, "ada");
        keys.put(ada);
        keys.put(key(KeySecret.random(), "bob"));
        assertThat(keys.list()).hasSize(2).contains(ada);
        assertThat(keys.find(secret.id())).contains(ada);
        assertThat(keys.find("nobody")).isEmpty();
        String record = database.client().sql("select record from api_key where id = ?").param(secret.id())
                .query(String.class).single();
        assertThat(record).contains(secret.hash()).doesNotContain(secret.text(), secret.text().substring(14));
        assertThat(ada.roles()).isEqualTo(Set.of(Role.GENERATE, Role.TRAIN));
        assertThat(ada).asString().doesNotContain(ada.hash(), ada.webhookSecret());

        assertThat(secret.isOf(ada)).isTrue();
        assertThat(KeySecret.of(secret.text()).orElseThrow().isOf(ada)).isTrue();
        KeySecret rotated = KeySecret.randomOf(secret.id());
        keys.put(ada.saying(rotated));
        ApiKey now = keys.find(secret.id()).orElseThrow();
        assertThat(secret.isOf(now)).isFalse();
        assertThat(rotated.isOf(now)).isTrue();
        keys.put(now.revoked(NOW));
        assertThat(keys.find(secret.id()).orElseThrow().isValid(NOW)).isFalse();
        assertThat(ada.isValid(NOW.plusSeconds(59))).isTrue();
        assertThat(ada.isValid(NOW.plusSeconds(60))).isFalse();
        assertThat(KeySecret.of("pl_short")).isEmpty();
        assertThat(KeySecret.of(secret.text() + "x")).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void shouldLetNobodyAskMoreOftenThanAllowed(Dialect dialect) {
        open(dialect);
        var clock = new MutableClock();
        var one = new SqlRateLimits(database, clock);
        var other = new SqlRateLimits(database, clock);
        for (int i = 0; i < 3; i++) {
            assertThat(one.take("ada", 6)).isEmpty();
            assertThat(other.take("ada", 6)).isEmpty();
        }
        assertThat(one.take("ada", 6)).contains(Duration.ofSeconds(10));
        assertThat(one.take("bob", 6)).as("another's bucket").isEmpty();
        clock.advance(Duration.ofSeconds(9));
        assertThat(other.take("ada", 6)).contains(Duration.ofSeconds(1));
        clock.advance(Duration.ofSeconds(1));
        assertThat(other.take("ada", 6)).isEmpty();
        assertThat(one.take("ada", 6)).isPresent();
        assertThat(one.take("ada", 7)).as("another limit").isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void shouldCountExactlyWhereManyAskAtTheSameTime(Dialect dialect) {
        open(dialect);
        Clock frozen = new MutableClock();
        var granted = new AtomicInteger();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 40; i++) {
                threads.submit(() -> {
                    Optional<Duration> wait = new SqlRateLimits(database, frozen).take("ada", 15);
                    return wait.isEmpty() ? granted.incrementAndGet() : 0;
                });
            }
        }
        assertThat(granted).hasValue(15);
    }
}
