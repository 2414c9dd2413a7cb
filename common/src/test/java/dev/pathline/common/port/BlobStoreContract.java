package dev.pathline.common.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.pathline.common.testing.MutableClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every {@link BlobStore} must do. */
public abstract class BlobStoreContract {

    private final MutableClock clock = new MutableClock();
    private BlobStore blobs;

    /** An empty store, whose ages follow the clock if they can. */
    protected abstract BlobStore create(MutableClock clock) throws Exception;

    /** The time by the store's clock. */
    protected Instant now() {
        return clock.instant();
    }

    /** Lets time pass for the store: so long, or less where that cannot be. */
    protected void advance(Duration time) throws InterruptedException {
        clock.advance(time);
    }

    @BeforeEach
    void createStore() throws Exception {
        blobs = create(clock);
    }

    @Test
    void shouldGiveBackWhatWasPut() {
        byte[] bytes = {1, 2, 3};
        blobs.put("job/images/0.png", bytes);
        bytes[0] = 9;
        assertThat(blobs.get("job/images/0.png")).contains(new byte[]{1, 2, 3});
        assertThat(blobs.get("job/images/1.png")).isEmpty();
        assertThat(blobs.get("job/images")).isEmpty();
    }

    @Test
    void shouldReplace() {
        blobs.put("a", new byte[]{1});
        blobs.put("a", new byte[]{2, 3});
        assertThat(blobs.get("a")).contains(new byte[]{2, 3});
    }

    @Test
    void shouldKeepEmptyBlobs() {
        blobs.put("a", new byte[0]);
        assertThat(blobs.get("a")).contains(new byte[0]);
    }

    @Test
    void shouldDeleteWholeSegmentsOnly() {
        blobs.put("job1/images/0.png", new byte[1]);
        blobs.put("job1/images/0.npy", new byte[1]);
        blobs.put("job10/images/0.png", new byte[1]);
        assertThat(blobs.deleteAll("job1/")).isEqualTo(2);
        assertThat(blobs.deleteAll("job1/")).isZero();
        assertThat(blobs.get("job1/images/0.png")).isEmpty();
        assertThat(blobs.get("job10/images/0.png")).isPresent();
    }

    @Test
    void shouldDeleteWhatIsOld() throws InterruptedException {
        blobs.put("old/a", new byte[1]);
        blobs.put("renewed/a", new byte[1]);
        advance(Duration.ofMinutes(10));
        blobs.put("renewed/a", new byte[1]);
        blobs.put("new/a", new byte[1]);
        assertThat(blobs.deleteOlderThan(now())).isEqualTo(1);
        assertThat(blobs.get("old/a")).isEmpty();
        assertThat(blobs.get("renewed/a")).isPresent();
        assertThat(blobs.get("new/a")).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "/etc/passwd", "a/../b", "..", ".", "a//b", "a/", "a b", "~a", "a\\b", "ä", "a\0b",
        "a/./b", "a/b/c/d/e/f/g"})
    void shouldRefuseWhatIsNotAKey(String key) {
        assertThatIllegalArgumentException().isThrownBy(() -> blobs.put(key, new byte[1]));
        assertThatIllegalArgumentException().isThrownBy(() -> blobs.get(key));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "a", "../", "a/../", "./"})
    void shouldRefuseWhatIsNotAPrefix(String prefix) {
        assertThatIllegalArgumentException().isThrownBy(() -> blobs.deleteAll(prefix));
    }
}
