package dev.pathline.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The server is killed in the middle of its work, and the next one goes on with it. */
class KillIT {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final int RUNNING = 20;
    private static final int WAITING = 100;
    private static final String STRICT = "{\"model\":\"fashion-flow\",\"label\":\"bag\",\"count\":2,\"steps\":30,"
            + "\"solver\":\"euler\",\"seed\":%d,\"strict\":true,\"precision\":\"float32\",\"preview\":{\"every\":1}}";

    private HttpClient client;

    @BeforeEach
    void open() {
        client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    }

    @AfterEach
    void close() {
        client.close();
    }

    private static PathlineProcess serve(Path state) throws Exception {
        return PathlineProcess.serve(Map.of("PATHLINE_STATE", state.toString()), "--models",
                PathlineProcess.ROOT.resolve("models").toString(), "--", "--pathline.standalone.queue-capacity=200",
                "--pathline.worker.jobs=" + RUNNING);
    }

    private HttpRequest.Builder to(PathlineProcess server, String path) {
        return HttpRequest.newBuilder(URI.create(server.address() + path)).header("content-type", "application/json");
    }

    private String start(PathlineProcess server, String body) throws Exception {
        var answer = client.send(to(server, "/generate").header("prefer", "respond-async")
                .POST(HttpRequest.BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        return JSON.readTree(answer.body()).path("id").asString();
    }

    private JsonNode job(PathlineProcess server, String id) throws Exception {
        var answer = client.send(to(server, "/jobs/" + id).build(), BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    private byte[] image(PathlineProcess server, String id) throws Exception {
        var answer = client.send(to(server, "/jobs/" + id + "/images/1.npy").build(), BodyHandlers.ofByteArray());
        assertThat(answer.statusCode()).isEqualTo(200);
        return answer.body();
    }

    private void awaitEnd(PathlineProcess server, String id) {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(200))
                .until(() -> !List.of("queued", "running").contains(job(server, id).path("state").asString()));
    }

    private List<String> events(PathlineProcess server, String id) throws Exception {
        return client.send(to(server, "/jobs/" + id + "/events").header("accept", "text/event-stream").build(),
                BodyHandlers.ofString()).body().lines().filter(line -> line.startsWith("event:"))
                .map(line -> line.substring("event:".length())).toList();
    }

    @Test
    void shouldRunEveryJobToItsEndAfterAKill(@TempDir Path state) throws Exception {
        String ended;
        byte[] made;
        List<String> running = new ArrayList<>();
        List<String> waiting = new ArrayList<>();
        try (PathlineProcess server = serve(state)) {
            ended = start(server, String.format(STRICT, 1));
            awaitEnd(server, ended);
            made = image(server, ended);
            for (int i = 0; i < RUNNING; i++) {
                running.add(start(server, String.format(STRICT, 1 + i)));
            }
            for (int i = 0; i < WAITING; i++) {
                waiting.add(start(server, "{\"model\":\"gaussian-2d\",\"count\":2,\"steps\":5,\"seed\":" + i + "}"));
            }
            await().atMost(PATIENCE).until(() -> job(server, running.getFirst()).path("state").asString()
                    .equals("running"));
            server.kill();
        }

        try (PathlineProcess server = serve(state)) {
            assertThat(job(server, ended).path("state").asString()).isEqualTo("succeeded");
            assertThat(image(server, ended)).isEqualTo(made);
            assertThat(events(server, ended)).startsWith("queued", "started").endsWith("succeeded");
            for (String id : running) {
                awaitEnd(server, id);
                assertThat(job(server, id).path("state").asString()).isEqualTo("succeeded");
            }
            for (String id : waiting) {
                awaitEnd(server, id);
                assertThat(job(server, id).path("state").asString()).isEqualTo("succeeded");
            }
            assertThat(job(server, running.getFirst()).path("attempt").asInt()).isGreaterThan(1);
            // The same request as the first, which nobody had disturbed.
            assertThat(image(server, running.getFirst())).isEqualTo(made);
            assertThat(events(server, running.getFirst())).endsWith("succeeded").containsOnlyOnce("succeeded");
        }
    }

    @Test
    void shouldNotShareItsFolderWithAnotherServer(@TempDir Path state) throws Exception {
        try (PathlineProcess first = serve(state)) {
            assertThat(first.address()).isNotEmpty();
            try (PathlineProcess second = PathlineProcess.start(Map.of("PATHLINE_STATE", state.toString()), "serve",
                    "--port", "0")) {
                assertThat(second.await()).isNotZero();
                assertThat(second.output()).contains("another server keeps its jobs in " + state,
                        "--state", "--memory");
            }
        }
    }

    @Test
    void shouldKeepNothingWhereThatIsWanted(@TempDir Path state) throws Exception {
        String id;
        try (PathlineProcess server = PathlineProcess.serve(Map.of("PATHLINE_STATE", state.toString()), "--memory")) {
            id = start(server, "{\"model\":\"gaussian-2d\",\"steps\":5}");
            awaitEnd(server, id);
        }
        assertThat(state).isEmptyDirectory();
    }
}
