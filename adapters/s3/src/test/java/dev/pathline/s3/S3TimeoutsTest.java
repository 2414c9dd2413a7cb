package dev.pathline.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.pathline.common.port.RegistryUnavailableException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that does not answer, or never comes to an end of its answer, is given up. */
final class S3TimeoutsTest {

    private static final Duration SHORT = Duration.ofMillis(300);
    private static final Duration LONG = Duration.ofMinutes(10);

    @TempDir
    Path folder;

    private final CountDownLatch over = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpServer server;

    S3TimeoutsTest() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    }

    @BeforeEach
    void start() {
        System.setProperty("aws.accessKeyId", "test");
        System.setProperty("aws.secretAccessKey", "test");
        server.setExecutor(threads);
        server.start();
    }

    @AfterEach
    void stop() {
        over.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    private S3Objects objects(Duration silence, Duration call) {
        return new S3Objects(new S3Settings("models", "", "us-east-1",
                URI.create("http://localhost:" + server.getAddress().getPort()), true, true, folder, 1, Duration.ZERO,
                1 << 20, new S3Timeouts(LONG, silence, call)));
    }

    /** Takes the request and says nothing until the test is over. */
    private void silence(HttpExchange exchange) throws IOException {
        exchange.getRequestBody().readAllBytes();
        waitForTheEnd();
    }

    private void waitForTheEnd() {
        try {
            over.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"get", "list", "put", "file", "swap", "delete"})
    void shouldGiveUpACallToAServerThatIsSilent(String call) throws IOException {
        server.createContext("/", this::silence);
        Path file = Files.writeString(folder.resolve("file"), "weights");
        try (S3Objects quick = objects(SHORT, SHORT)) {
            assertThatExceptionOfType(RegistryUnavailableException.class).isThrownBy(() -> {
                switch (call) {
                    case "get" -> quick.get("key", 10);
                    case "list" -> quick.list("");
                    case "put" -> quick.put("key", new byte[3]);
                    case "file" -> quick.put("key", file);
                    case "swap" -> quick.swap("key", new byte[3], "tag");
                    default -> quick.delete("key");
                }
            }).withMessageContaining("s3://models");
        }
    }

    @Test
    void shouldGiveUpAnAnswerThatBreaksOffInSilence() {
        server.createContext("/", exchange -> {
            exchange.getResponseHeaders().set("ETag", "\"tag\"");
            exchange.sendResponseHeaders(200, 100);
            exchange.getResponseBody().write("the first bytes".getBytes(StandardCharsets.UTF_8));
            exchange.getResponseBody().flush();
            waitForTheEnd();
        });
        try (S3Objects objects = objects(SHORT, LONG)) {
            assertThatExceptionOfType(RegistryUnavailableException.class).isThrownBy(() -> objects.get("key", 100))
                    .withMessageContaining("broke off");
        }
    }

    @Test
    void shouldGiveUpAStreamThatComesDropByDrop() throws IOException {
        var nanos = new AtomicLong();
        InputStream drops = new ByteArrayInputStream(new byte[100]) {
            @Override
            public synchronized int read(byte[] buffer, int offset, int length) {
                int count = super.read(buffer, offset, Math.min(length, 1));
                nanos.addAndGet(count * Duration.ofSeconds(1).toNanos());
                return count;
            }
        };
        try (var timed = new TimedInput(drops, 50, Duration.ofSeconds(9), nanos::get)) {
            assertThat(timed.readNBytes(9)).hasSize(9);
            assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(() -> timed.readNBytes(1))
                    .withMessageContaining("more than 9 s");
        }
    }

    @Test
    void shouldGiveEveryPartOfAStreamItsTime() throws IOException {
        var nanos = new AtomicLong();
        InputStream slow = new ByteArrayInputStream(new byte[100]) {
            @Override
            public synchronized int read(byte[] buffer, int offset, int length) {
                nanos.addAndGet(Duration.ofSeconds(1).toNanos());
                return super.read(buffer, offset, Math.min(length, 10));
            }
        };
        // Ten reads of a second each, and five for each part.
        try (var timed = new TimedInput(slow, 50, Duration.ofSeconds(5), nanos::get)) {
            assertThat(timed.readAllBytes()).hasSize(100);
        }
    }

    @ParameterizedTest
    @CsvSource({"0,1,1", "1,0,1", "1,2,1"})
    void shouldRefuseTimesInWhichNothingCanCome(int connect, int silence, int call) {
        assertThatIllegalArgumentException().isThrownBy(() -> new S3Timeouts(Duration.ofSeconds(connect),
                Duration.ofSeconds(silence), Duration.ofSeconds(call)))
                .withMessageContaining("call-timeout at least silence-timeout");
    }
}
