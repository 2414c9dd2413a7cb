package dev.pathline.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.awt.image.BufferedImage;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.FileSystemUtils;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Experiments on the command line, with a server: designed, started, voted on, reported, decided. */
class ExperimentCommandIT {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int REQUESTS = 6;
    private static final int IMAGES = 20;

    private static PathlineProcess server;

    @TempDir
    private static Path models;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() throws Exception {
        Path shipped = PathlineProcess.ROOT.resolve("models");
        FileSystemUtils.copyRecursively(shipped.resolve("fashion-onestep"), models.resolve("fashion-onestep"));
        // The same network twice: an arm can be another version, and an alias can be given back.
        for (String version : List.of("1", "2")) {
            try (PathlineProcess process = PathlineProcess.start(Map.of("PATHLINE_MODELS", models.toString()),
                    "register",
                    shipped.resolve("fashion-flow/1").toString(), "--version", version)) {
                assertThat(process.await()).as(process.output()).isZero();
            }
        }
        server = PathlineProcess.serve("--models", models.toString(), "--memory");
    }

    @AfterAll
    static void stop() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    private String run(int code, String input, String... arguments) throws Exception {
        var all = new ArrayList<>(List.of("experiment"));
        all.addAll(List.of(arguments));
        try (PathlineProcess process = PathlineProcess.start(Map.of("PATHLINE_URL", server.address(), "USER", "ada"),
                all.toArray(String[]::new))) {
            process.type(input);
            assertThat(process.await()).as(process.output()).isEqualTo(code);
            return process.output();
        }
    }

    @Test
    void shouldGoFromADesignToADecision() throws Exception {
        Path design = folder.resolve("one-step.json");
        Files.writeString(design, """
                {"name": "one-step", "mode": "paired", "planned": 500,
                 "arms": [{"name": "many", "model": "fashion-flow", "steps": 6, "cfgScale": 1},
                          {"name": "one", "model": "fashion-onestep", "steps": 1}],
                 "goal": {"metric": "evaluations", "difference": 1, "deviation": 1}}""");
        assertThat(run(0, "", "create", design.toString(), "--start", "--why", "to know"))
                .contains("experiment one-step, version 1, is running: 500 units are planned");
        assertThat(run(0, "", "list")).contains("experiment one-step, version 1, is running");
        assertThat(run(1, "", "create", design.toString())).contains("is that of another experiment");

        try (HttpClient client = HttpClient.newHttpClient()) {
            for (int i = 0; i < REQUESTS; i++) {
                HttpResponse<String> answer = client.send(HttpRequest.newBuilder(URI.create(server.address()
                        + "/generate")).header("content-type", "application/json")
                        .POST(BodyPublishers.ofString("{\"experiment\":\"one-step\",\"label\":\"bag\",\"subject\":\"s"
                                + i + "\",\"seed\":" + i + ",\"count\":" + IMAGES + "}"))
                        .build(), BodyHandlers.ofString());
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
                assertThat(answer.headers().firstValue("pathline-arm")).isPresent();
            }
        }
        await().atMost(Duration.ofMinutes(1)).pollInterval(Duration.ofSeconds(2))
                .until(() -> run(0, "", "report", "one-step").contains("after " + REQUESTS + " of 500 planned units"));
        assertThat(run(0, "", "report", "one-step")).contains("one is better", "| one, evaluations |", "-5.000");

        assertThat(run(0, "", "judge", "one-step"))
                .contains("judged " + 2 * REQUESTS + " jobs and " + REQUESTS + " pairs");
        assertThat(run(2, "", "judge", "one-step", "--every", "soon")).contains("'soon' is no time such as");
        assertThat(run(1, "", "judge", "one-step", "--classifier", "nowhere")).contains("nowhere");
        assertThat(run(0, "", "report", "one-step")).contains("| one, ownClass    |",
                "frechetDistance of many: ", "frechetDistance of one: ", ", of " + REQUESTS * IMAGES + " samples");

        Path image = folder.resolve("vote.png");
        String votes = run(0, "l\nr\nx\nt\nq\n", "vote", "one-step", "-o", image.toString());
        assertThat(votes).contains("which is better", "3 votes were counted");
        BufferedImage both = ImageIO.read(image.toFile());
        assertThat(both.getWidth()).as("two pictures and a gap").isEqualTo(2 * 28 + 2);
        assertThat(run(0, "b\nb\nb\n", "vote", "one-step", "-o", image.toString()))
                .contains("there is no pair that ada has not voted on; 3 votes were counted");
        assertThat(run(0, "", "report", "one-step")).contains("1 ties, 3 for neither");

        assertThat(run(0, "", "report", "one-step", "--json")).contains("\"verdict\"", "\"comparisons\"");
        assertThat(run(0, "", "decide", "one-step", "one", "--why", "as good")).contains("is decided");
        assertThat(run(1, "", "stop", "one-step")).contains("is decided and cannot be stopped any more");
        assertThat(run(1, "", "report", "nothing")).contains("There is no experiment 'nothing'");
        assertThat(run(1, "", "list", "--server", "http://localhost:1")).contains("no server answers at");
    }

    /** One Euler step makes blurs: a classifier sees it, a guard rail stops the arm, and the alias goes back. */
    @Test
    void shouldRollBackAWorseArmWithinAMinute() throws Exception {
        Path design = folder.resolve("hasty.json");
        Files.writeString(design, """
                {"name": "hasty", "alias": "fashion-flow@champion", "unit": "request", "planned": 100000, "minimum": 10,
                 "arms": [{"name": "careful", "model": "fashion-flow@1", "steps": 6, "cfgScale": 1},
                          {"name": "hasty", "model": "fashion-flow@2", "solver": "euler", "steps": 1, "cfgScale": 1}],
                 "goal": {"metric": "totalMs", "difference": 10, "deviation": 100},
                 "guardRails": [{"metric": "ownClass", "worseBy": 0}]}""");
        try (HttpClient client = HttpClient.newHttpClient()) {
            move(client, "2");
            run(0, "", "create", design.toString(), "--start");
            var state = "running";
            int seed = 0;
            for (int round = 0; round < 12 && state.equals("running"); round++) {
                for (int i = 0; i < 40; i++, seed++) {
                    generate(client, "{\"model\":\"fashion-flow@champion\",\"count\":8,\"seed\":" + seed + ",\"label\":"
                            + seed % 10 + "}");
                }
                run(0, "", "judge", "hasty");
                // The server looks every five seconds.
                Thread.sleep(Duration.ofSeconds(7));
                state = get(client, "/experiments/hasty").path("state").asString();
            }
            JsonNode experiment = get(client, "/experiments/hasty");
            assertThat(experiment.path("state").asString()).isEqualTo("stopped");
            assertThat(experiment.path("stopped").path("hasty").asString()).contains("ownClass is",
                    "worse by more than 0");
            assertThat(get(client, "/models/fashion-flow@champion").path("version").asString()).isEqualTo("1");
            JsonNode job = generate(client, "{\"model\":\"fashion-flow@champion\",\"label\":1}");
            assertThat(job.path("model").asString()).isEqualTo("fashion-flow@1");
            assertThat(run(0, "", "report", "hasty")).contains("Experiment hasty@1 is stopped");
        }
    }

    private static void move(HttpClient client, String version) throws Exception {
        assertThat(client.send(HttpRequest.newBuilder(
                URI.create(server.address() + "/models/fashion-flow/aliases/champion"))
                .header("content-type", "application/json")
                .PUT(BodyPublishers.ofString("{\"version\":\"" + version + "\"}")).build(), BodyHandlers.ofString())
                .statusCode()).isEqualTo(200);
    }

    private static JsonNode generate(HttpClient client, String body) throws Exception {
        HttpResponse<String> answer = client.send(HttpRequest.newBuilder(URI.create(server.address() + "/generate"))
                .header("content-type", "application/json").POST(BodyPublishers.ofString(body)).build(),
                BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    private static JsonNode get(HttpClient client, String path) throws Exception {
        return JSON.readTree(client.send(HttpRequest.newBuilder(URI.create(server.address() + path)).build(),
                BodyHandlers.ofString()).body());
    }
}
