package dev.pathline.it.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * docker-compose.yml as it is, with the images that {@code docker compose build} makes. Where Docker does not run, or the images are
 * not there, it is skipped.
 */
class ComposeIT {

    private static final String PORT = "18099";
    private static final String REQUEST = "{\"model\":\"fashion-flow\",\"label\":\"sneaker\",\"count\":2,\"steps\":20,"
            + "\"seed\":7,\"strict\":true}";

    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private static int run(List<String> command, StringBuilder said) throws IOException, InterruptedException {
        var builder = new ProcessBuilder(command).directory(Services.ROOT.toFile()).redirectErrorStream(true);
        builder.environment().put("PATHLINE_PORT", PORT);
        Process process = builder.start();
        said.append(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        return process.exitValue();
    }

    private static boolean works(String... command) throws InterruptedException {
        try {
            return run(List.of(command), new StringBuilder()) == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private static void compose(String... arguments) throws Exception {
        var command = new ArrayList<>(works("docker", "compose", "version")
                ? List.of("docker", "compose")
                : List.of("docker-compose"));
        command.addAll(List.of("-p", "pathline-it"));
        command.addAll(List.of(arguments));
        var said = new StringBuilder();
        assertThat(run(command, said)).as("%s: %s", command, said).isZero();
    }

    @BeforeEach
    void up() throws Exception {
        Assumptions.assumeTrue(works("docker", "info"), "Docker does not run here");
        for (String image : List.of("pathline-api:0.1.0", "pathline-worker:0.1.0", "pathline-trainer:0.1.0",
                "postgres:17", "nats:2.12")) {
            Assumptions.assumeTrue(works("docker", "image", "inspect", image), "there is no image " + image);
        }
        compose("up", "-d");
    }

    @AfterEach
    void down() throws Exception {
        client.close();
        if (works("docker", "info")) {
            compose("down", "-v");
        }
    }

    private JsonNode generate() {
        var answer = new ArrayList<JsonNode>();
        await().atMost(Duration.ofMinutes(3)).pollInterval(Duration.ofMillis(500)).until(() -> {
            try {
                HttpResponse<String> made = client.send(HttpRequest.newBuilder(
                        URI.create("http://localhost:" + PORT + "/generate")).header("content-type", "application/json")
                        .POST(BodyPublishers.ofString(REQUEST)).build(), BodyHandlers.ofString());
                if (made.statusCode() == 200) {
                    answer.add(JsonMapper.shared().readTree(made.body()));
                }
                return made.statusCode() == 200;
            } catch (IOException e) {
                return false;
            }
        });
        return answer.getFirst();
    }

    @Test
    void shouldMakeTheSameBytesAfterARestartAndWithMoreWorkers() throws Exception {
        JsonNode before = generate();
        compose("restart");
        JsonNode after = generate();
        assertThat(after.path("images")).hasSameSizeAs(before.path("images"));
        for (int i = 0; i < 2; i++) {
            assertThat(after.path("images").get(i).path("data")).isEqualTo(before.path("images").get(i).path("data"));
        }
        HttpResponse<String> kept = client.send(HttpRequest.newBuilder(
                URI.create("http://localhost:" + PORT + "/jobs/" + before.path("id").asString())).build(),
                BodyHandlers.ofString());
        assertThat(kept.statusCode()).isEqualTo(200);
        compose("up", "-d", "--scale", "worker=4");
        assertThat(generate().path("images").get(0).path("data"))
                .isEqualTo(before.path("images").get(0).path("data"));
    }
}
