package dev.pathline.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A running server follows a new version and a moved alias, and drops no job. */
class AliasMoveIT {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Path SHIPPED = PathlineProcess.ROOT.resolve("models/mixture-2d/1");
    private static final int AFTER = 20;

    @TempDir
    private static Path models;

    private static PathlineProcess server;
    private static HttpClient client;

    @BeforeAll
    static void start() throws Exception {
        client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        run("register", SHIPPED.toString());
        run("alias", "mixture-2d@1", "champion");
        server = PathlineProcess.serve("--models", models.toString(), "--device", "cpu");
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
        client.close();
    }

    private static void run(String... command) throws Exception {
        var all = new ArrayList<>(List.of(command));
        all.addAll(List.of("--models", models.toString()));
        try (PathlineProcess process = PathlineProcess.start(Map.of(), all.toArray(String[]::new))) {
            assertThat(process.await()).as(process.output()).isZero();
        }
    }

    private static HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(URI.create(server.address() + path)).timeout(Duration.ofSeconds(120))
                .header("content-type", "application/json");
    }

    private static JsonNode send(HttpRequest request, int status) throws Exception {
        HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        return answer.body().isEmpty() ? JSON.createObjectNode() : JSON.readTree(answer.body());
    }

    private static HttpRequest move(String version, String expected) {
        return to("/models/mixture-2d/aliases/champion").PUT(BodyPublishers
                .ofString("{\"version\":\"" + version + "\",\"expected\":\"" + expected + "\"}")).build();
    }

    private static HttpRequest generate(int count, int steps, boolean async) {
        HttpRequest.Builder request = to("/generate").POST(BodyPublishers.ofString(
                "{\"model\":\"mixture-2d@champion\",\"label\":0,\"count\":" + count + ",\"steps\":" + steps
                        + ",\"solver\":\"euler\",\"cfgScale\":1,\"seed\":1}"));
        return (async ? request.header("prefer", "respond-async") : request).build();
    }

    @Test
    void shouldFollowANewVersionWithoutLosingAJob() throws Exception {
        // It is still under way, or waiting, when the alias moves.
        String early = send(generate(16, 900, true), 202).path("id").asString();
        var moved = new CountDownLatch(1);
        var begun = new CountDownLatch(3);
        CompletableFuture<Map<String, Integer>> loop = CompletableFuture.supplyAsync(() -> {
            Map<String, Integer> used = new HashMap<>();
            int after = 0;
            while (after < AFTER) {
                after += moved.getCount() == 0 ? 1 : 0;
                try {
                    JsonNode job = send(generate(1, 2, false), 200);
                    assertThat(job.path("state").asString()).as(job.toString()).isEqualTo("succeeded");
                    used.merge(job.path("model").asString(), 1, Integer::sum);
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
                begun.countDown();
            }
            return used;
        });
        assertThat(begun.await(120, TimeUnit.SECONDS)).isTrue();
        run("register", SHIPPED.toString(), "--version", "2");
        assertThat(send(move("2", "1"), 200).path("previous").asString()).isEqualTo("1");
        moved.countDown();

        Map<String, Integer> used = loop.get(240, TimeUnit.SECONDS);
        assertThat(used).containsOnlyKeys("mixture-2d@1", "mixture-2d@2");
        assertThat(used.get("mixture-2d@1")).isGreaterThanOrEqualTo(3);
        assertThat(used.get("mixture-2d@2")).isGreaterThanOrEqualTo(AFTER - 1);
        String events = client.send(to("/jobs/" + early + "/events").build(), BodyHandlers.ofString()).body();
        assertThat(events).contains("event:succeeded");
        assertThat(send(to("/jobs/" + early).build(), 200).path("model").asString()).isEqualTo("mixture-2d@1");
        assertTheAliasIsGuarded();
    }

    private static void assertTheAliasIsGuarded() throws Exception {
        JsonNode model = send(to("/models/mixture-2d").build(), 200);
        assertThat(model.path("aliases").path("champion").asString()).isEqualTo("2");
        assertThat(model.path("versions")).hasSize(2);
        assertThat(model.path("sha256").asString()).hasSize(64);
        assertThat(send(move("1", "1"), 409).path("code").asString()).isEqualTo("alias_moved");
        assertThat(send(move("9", "2"), 404).path("code").asString()).isEqualTo("unknown_model");
        assertThat(send(to("/models/mixture-2d/aliases/7")
                .PUT(BodyPublishers.ofString("{\"version\":\"1\"}")).build(), 422).path("detail").asString())
                .contains("the first a letter");
        assertThat(send(to("/models/mixture-2d/aliases/champion").PUT(BodyPublishers.ofString("{}")).build(), 400)
                .path("errors").path(0).path("field").asString()).isEqualTo("version");
        send(to("/models/mixture-2d/aliases/champion?expected=1").DELETE().build(), 409);
        send(to("/models/mixture-2d/aliases/champion").DELETE().build(), 204);
        send(to("/models/mixture-2d/aliases/champion").DELETE().build(), 404);
    }
}
