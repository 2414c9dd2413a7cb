package dev.pathline.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The server with the shipped model, over HTTP. */
class ServerIT {

    private static final String SNEAKERS = """
            {"model":"fashion-flow","label":"sneaker","count":16,"steps":20,"solver":"dpm-solver++-2m","cfgScale":2,\
            "seed":7}""";
    private static final JsonMapper JSON = JsonMapper.shared();

    private static PathlineProcess server;
    private static HttpClient client;

    @BeforeAll
    static void start() throws Exception {
        client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        server = PathlineProcess.serve();
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
        client.close();
    }

    private static HttpRequest.Builder generate(PathlineProcess at, String body, String accept) {
        return HttpRequest.newBuilder(URI.create(at.address() + "/generate")).timeout(Duration.ofSeconds(120))
                .header("content-type", "application/json").header("accept", accept)
                .POST(BodyPublishers.ofString(body));
    }

    private static byte[] picture(PathlineProcess at, String body) throws Exception {
        HttpResponse<byte[]> answer = client.send(generate(at, body, "image/png").build(), BodyHandlers.ofByteArray());
        assertThat(answer.statusCode()).as(new String(answer.body(), StandardCharsets.UTF_8)).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type")).hasValue("image/png");
        return answer.body();
    }

    private static HttpResponse<String> get(String path) throws Exception {
        return client.send(HttpRequest.newBuilder(URI.create(server.address() + path)).build(),
                BodyHandlers.ofString());
    }

    @Test
    void shouldGiveTheSameSneakersAgainAndAfterARestart() throws Exception {
        byte[] first = picture(server, SNEAKERS);

        assertThat(picture(server, SNEAKERS)).isEqualTo(first);
        assertThat(picture(server, SNEAKERS.replace("\"seed\":7", "\"seed\":8"))).isNotEqualTo(first);
        try (PathlineProcess another = PathlineProcess.serve()) {
            assertThat(picture(another, SNEAKERS)).isEqualTo(first);
        }
    }

    @Test
    void shouldAnswerWithTheFinishedJob() throws Exception {
        HttpResponse<String> answer = client.send(generate(server, SNEAKERS, "application/json").build(),
                BodyHandlers.ofString());

        JsonNode job = JSON.readTree(answer.body());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(job.path("state").asString()).isEqualTo("succeeded");
        assertThat(job.path("rows").asInt()).isEqualTo(640);
        assertThat(job.path("evaluations").asInt()).isEqualTo(20);
        assertThat(job.path("images")).hasSize(16);
        HttpResponse<String> again = get("/jobs/" + job.path("id").asString());
        assertThat(JSON.readTree(again.body()).path("state").asString()).isEqualTo("succeeded");
    }

    @Test
    void shouldStreamAPreviewForEveryStep() throws Exception {
        String body = client.send(
                generate(server, "{\"model\":\"fashion-flow\",\"label\":\"bag\",\"steps\":5}", "text/event-stream")
                        .build(),
                BodyHandlers.ofString()).body();

        var types = new ArrayList<String>();
        int previews = 0;
        for (String line : body.split("\n")) {
            if (line.startsWith("event:")) {
                types.add(line.substring(6).strip());
            }
            if (line.startsWith("data:") && types.getLast().equals("step")) {
                previews += JSON.readTree(line.substring(5)).path("images").size();
            }
        }
        assertThat(types).containsExactly("queued", "started", "step", "step", "step", "step", "step", "succeeded");
        assertThat(previews).isEqualTo(5);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        "not json | 400 | JSON",
        "{\"model\":\"fashion-flow\",\"steps\":0} | 400 | steps",
        "{\"model\":\"fashion-flow\",\"solver\":\"magic\"} | 422 | dpm-solver++-2m",
        "{\"model\":\"fashion-flow\",\"label\":99} | 422 | sneaker",
        "{\"model\":\"fashion-flow\",\"stepz\":5} | 400 | stepz",
        "{\"model\":\"fashion-flow\",\"count\":64,\"steps\":1000} | 422 | rows",
        "{\"model\":\"nothing\"} | 404 | fashion-flow"})
    void shouldRefuseGarbageInWords(String body, int status, String word) throws Exception {
        HttpResponse<String> answer = client.send(generate(server, body, "application/json").build(),
                BodyHandlers.ofString());

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("content-type").orElse("")).startsWith("application/problem+json");
        assertThat(answer.body()).contains(word).doesNotContain("Exception", "\\tat ");
        assertThat(get("/actuator/health/readiness").statusCode()).isEqualTo(200);
    }

    @Test
    void shouldRefuseATenMegabyteBody() throws Exception {
        String body = "{\"model\":\"" + "x".repeat(10_000_000) + "\"}";

        HttpResponse<String> answer = client.send(generate(server, body, "application/json").build(),
                BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(413);
        assertThat(answer.body()).contains("body_too_large");
        assertThat(get("/actuator/health/readiness").statusCode()).isEqualTo(200);
    }

    @Test
    void shouldListTheModel() throws Exception {
        JsonNode models = JSON.readTree(get("/models").body());

        assertThat(models.get(0).path("name").asString()).isEqualTo("fashion-flow");
        assertThat(get("/solvers").body()).contains("dpm-solver++-2m");
        assertThat(get("/actuator/prometheus").body()).contains("pathline_worker_tick");
    }

    @Test
    void shouldSayThatItAlreadyRuns() throws Exception {
        try (PathlineProcess second = PathlineProcess.start(java.util.Map.of(), "serve", "--port",
                Integer.toString(server.port()))) {
            assertThat(second.await()).isEqualTo(1);
            assertThat(second.output().lines().toList()).singleElement().asString()
                    .contains("another Pathline already runs", "--port");
        }
    }

    @Test
    void shouldFinishWhatItWasAskedBeforeItStops() throws Exception {
        try (PathlineProcess stopping = PathlineProcess.serve()) {
            var started = new CompletableFuture<Void>();
            CompletableFuture<List<String>> stream = client.sendAsync(
                    generate(stopping, "{\"model\":\"fashion-flow\",\"label\":\"bag\",\"count\":4,\"steps\":30}",
                            "text/event-stream").build(),
                    BodyHandlers.ofLines()).thenApply(answer -> answer.body().peek(line -> {
                        if (line.startsWith("event:step")) {
                            started.complete(null);
                        }
                    }).toList());
            started.get(60, TimeUnit.SECONDS);
            stopping.terminate();

            assertThat(stream.get(60, TimeUnit.SECONDS)).contains("event:succeeded");
            // 128 + SIGTERM: what a supervisor expects.
            assertThat(stopping.await()).isEqualTo(143);
        }
    }

    @Test
    void shouldShowThePageInABrowser(@TempDir Path profile) throws Exception {
        Path chromium = Path.of("/usr/bin/chromium");
        assumeTrue(Files.isExecutable(chromium), "needs the package chromium");
        Process browser = new ProcessBuilder(chromium.toString(), "--headless", "--no-sandbox", "--disable-gpu",
                "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
                "--disable-sync", "--user-data-dir=" + profile, "--virtual-time-budget=8000", "--dump-dom",
                server.address() + "/").redirectError(ProcessBuilder.Redirect.DISCARD).start();

        String dom = new String(browser.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(browser.waitFor(60, TimeUnit.SECONDS)).isTrue();
        // The page's own script has asked the server, and shows what it said.
        assertThat(dom).contains("fashion-flow", "ankle boot", "dpm-solver++-2m");
    }
}
