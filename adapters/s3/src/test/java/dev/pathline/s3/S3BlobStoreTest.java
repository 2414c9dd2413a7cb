package dev.pathline.s3;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pathline.common.port.BlobStore;
import dev.pathline.common.port.BlobStoreContract;
import dev.pathline.common.port.PortUnavailableException;
import dev.pathline.common.port.RegistryUnavailableException;
import dev.pathline.common.testing.MutableClock;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images in a bucket keep their port's contract. */
class S3BlobStoreTest extends BlobStoreContract {

    private static final List<S3BlobStore> OPENED = new ArrayList<>();

    @TempDir
    private static Path folder;

    private static S3Server server;

    @BeforeAll
    static void start() throws IOException {
        server = S3Server.start(folder);
    }

    @AfterAll
    static void stop() {
        OPENED.forEach(S3BlobStore::close);
        server.close();
    }

    private static S3BlobStore store(URI endpoint) {
        OPENED.add(new S3BlobStore(new S3Settings(S3Server.BUCKET, "images-" + UUID.randomUUID(), "us-east-1", endpoint,
                true, true, folder, 1, Duration.ZERO, 5 << 20,
                new S3Timeouts(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(5)))));
        return OPENED.getLast();
    }

    @Override
    protected BlobStore create(MutableClock clock) {
        return store(server.endpoint());
    }

    @Override
    protected Instant now() {
        return Instant.now();
    }

    /** Ages are by the server's clock, to the second. */
    @Override
    protected void advance(Duration time) throws InterruptedException {
        Thread.sleep(Duration.ofMillis(2100));
    }

    @Test
    void shouldSayThatTheServerIsAway() {
        S3BlobStore away = store(URI.create("http://localhost:1"));
        assertThatThrownBy(() -> away.get("a")).isInstanceOf(PortUnavailableException.class)
                .isNotInstanceOf(RegistryUnavailableException.class).hasMessageContaining("localhost:1");
    }
}
