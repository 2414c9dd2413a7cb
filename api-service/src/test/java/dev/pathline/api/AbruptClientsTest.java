package dev.pathline.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.test.context.TestPropertySource;
import tools.jackson.databind.JsonNode;

/** Clients that leave without a word. */
@ExtendWith(OutputCaptureExtension.class)
@TestPropertySource(properties = "pathline.api.body-timeout=500ms")
class AbruptClientsTest extends ApiTestBase {

    private static final int TIMES = 24;

    private Socket send(String accept, String body) throws IOException {
        var socket = new Socket();
        socket.connect(new InetSocketAddress("127.0.0.1", port));
        socket.setSoTimeout((int) PATIENCE.toMillis());
        socket.getOutputStream()
                .write(("POST /generate HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                        + "Accept: " + accept + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)
                        .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private List<String> states() {
        JsonNode jobs = json(client.get().uri("/jobs?limit=200"), 200).path("jobs");
        return StreamSupport.stream(jobs.spliterator(), false).map(job -> job.path("state").asString()).toList();
    }

    @ParameterizedTest
    @CsvSource({"application/json,false", "text/event-stream,false", "image/png,false", "application/json,true",
        "text/event-stream,true"})
    void shouldLeaveNoJobBehindForAClientThatLeavesAtOnce(String accept, boolean reset, CapturedOutput output)
            throws IOException {
        worker.hold();
        for (int i = 0; i < TIMES; i++) {
            Socket socket = send(accept, REQUEST);
            if (reset) {
                socket.setSoLinger(true, 0);
            }
            // Sooner and later, so that it hits the server in whatever it is doing.
            for (int spin = 0; spin < i * 20_000; spin++) {
                Thread.onSpinWait();
            }
            socket.close();
        }
        // The worker is held: nothing ends but what is cancelled.
        await().untilAsserted(() -> assertThat(states()).doesNotContain("queued", "running"));
        // The detector looks at the whole JVM, in which clients of other tests leave answers unread.
        assertThat(output.toString().lines().filter(line -> line.contains(" ERROR ") && !line.contains("LeakDetector")))
                .isEmpty();
    }

    @Test
    void shouldTellAClientThatItsBodyDoesNotArrive() throws IOException {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port));
            socket.setSoTimeout((int) PATIENCE.toMillis());
            socket.getOutputStream()
                    .write(("POST /generate HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                            + "Content-Length: 100\r\n\r\n{\"model\":").getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(answer).startsWith("HTTP/1.1 408 ").contains("\"code\":\"body_timeout\"", "0.5 s");
        }
    }

    @Test
    void shouldTellAClientThatItsChunksStop() throws IOException {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port));
            socket.setSoTimeout((int) PATIENCE.toMillis());
            socket.getOutputStream()
                    .write(("POST /generate HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                            + "Transfer-Encoding: chunked\r\n\r\n9\r\n{\"model\":\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(answer).startsWith("HTTP/1.1 408 ");
        }
    }

    @Test
    void shouldCloseAConnectionWhoseTooLargeBodyStops() throws IOException {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port));
            socket.setSoTimeout((int) PATIENCE.toMillis());
            socket.getOutputStream()
                    .write(("POST /generate HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                            + "Content-Length: 10000000\r\n\r\n{\"model\":").getBytes(StandardCharsets.US_ASCII));

            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("HTTP/1.1 4");
        }
    }
}
