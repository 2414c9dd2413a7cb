package dev.pathline.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.card.ModelCardJson;
import dev.pathline.diffusion.model.GaussianMixtureModel;
import dev.pathline.diffusion.model.GaussianMixtureModel.Component;
import dev.pathline.diffusion.model.Network;
import dev.pathline.diffusion.noise.PhiloxNoise;
import dev.pathline.diffusion.plan.PlanExecutor;
import dev.pathline.diffusion.plan.SamplingPlan;
import dev.pathline.diffusion.planner.Planner;
import dev.pathline.diffusion.planner.SamplingSettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The server with the shipped models, over HTTP. */
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
        // Depths are shown once a second.
        await().untilAsserted(() -> assertThat(get("/actuator/prometheus").body()).contains("pathline_worker_tick",
                "pathline_worker_queue_age", "pathline_worker_waiting{model=\"fashion-flow@1\",priority=\"normal\"}"));
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
    @CsvSource({", 1", "right, 1", "left, 3"})
    void shouldSampleTheMixtureAsTheOracleDoes(@Nullable String label, double cfgScale) throws Exception {
        String body = "{\"model\":\"mixture-2d\",\"count\":64,\"seed\":7,\"cfgScale\":" + cfgScale
                + (label == null ? "}" : ",\"label\":\"" + label + "\"}");
        HttpResponse<String> answer = client.send(generate(server, body, "application/json").build(),
                BodyHandlers.ofString());

        JsonNode job = JSON.readTree(answer.body());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(job.path("profile").asString()).isEqualTo("f32");
        assertThat(job.path("images")).hasSize(64);
        ModelCard card = ModelCardJson.read(PathlineProcess.ROOT.resolve("models/mixture-2d/1/pathline.json"));
        SamplingPlan plan = Planner.plan(card,
                SamplingSettings.defaults(label != null).withCfgScale(cfgScale));
        assertThat(job.path("rows").asInt()).isEqualTo(64 * plan.rows());
        var mixture = new GaussianMixtureModel(card.noiseSchedule(), List.of(
                new Component(0.4, List.of(1.0, 0.5), 0.5), new Component(0.6, List.of(-0.8, -0.6), 0.7)));
        var oracle = new PlanExecutor(plan,
                mixture.network(card.prediction(), card.preconditioning(), card.timeInput()), new PhiloxNoise());
        int index = label == null ? Network.NO_LABEL : card.labelIndex(label);
        for (int i = 0; i < 64; i++) {
            JsonNode image = job.path("images").get(i);
            assertThat(image.path("format").asString()).isEqualTo("npy");
            ByteBuffer file = ByteBuffer.wrap(Base64.getDecoder().decode(image.path("data").asString()))
                    .order(ByteOrder.LITTLE_ENDIAN);
            double[] expected = oracle.sample(2, index, 7, i, PlanExecutor.Listener.NONE);
            for (int d = 0; d < 2; d++) {
                assertThat(file.getFloat(file.capacity() + 4 * (d - 2))).as("point %d", i)
                        .isCloseTo((float) expected[d], within(1e-4f));
            }
        }
    }

    @Test
    void shouldStreamPointsAsNumbers() throws Exception {
        String body = client.send(generate(server, "{\"model\":\"gaussian-2d\",\"count\":2,\"steps\":3}",
                "text/event-stream").build(), BodyHandlers.ofString()).body();

        List<JsonNode> steps = body.lines().filter(line -> line.startsWith("data:") && line.contains("\"step\""))
                .map(line -> JSON.readTree(line.substring(5))).toList();
        assertThat(steps).hasSize(3).allSatisfy(step -> {
            assertThat(step.path("images")).hasSize(2);
            assertThat(Base64.getDecoder().decode(step.at("/images/1/npy").asString())).hasSize(128 + 8);
        });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        "{\"model\":\"mixture-2d\",\"format\":\"png\"} | 422 | npy", "not json | 400 | JSON",
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
        assertThat(get("/actuator/prometheus").body()).contains("pathline_worker_hung", "pathline_worker_arrays");
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

        String dom;
        try {
            // Read beside the waiting: what hangs is ended by the time-out, not waited for.
            dom = CompletableFuture.supplyAsync(() -> text(browser.getInputStream())).get(60, TimeUnit.SECONDS);
            assertThat(browser.waitFor(10, TimeUnit.SECONDS)).isTrue();
        } finally {
            browser.descendants().forEach(ProcessHandle::destroyForcibly);
            browser.destroyForcibly();
        }
        // The page's own script has asked the server, and shows what it said.
        assertThat(dom).contains("fashion-flow", "ankle boot", "dpm-solver++-2m");
    }

    private static String text(InputStream in) {
        try (in) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
