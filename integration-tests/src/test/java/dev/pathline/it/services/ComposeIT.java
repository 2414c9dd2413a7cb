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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** docker-compose.yml as it is, with the images of this build. Where Docker does not run it is skipped. */
class ComposeIT {

    private static final String PORT = "18099";
    private static final String REQUEST = "{\"model\":\"fashion-flow\",\"label\":\"sneaker\",\"count\":2,\"steps\":20,"
            + "\"seed\":7,\"strict\":true}";

    private boolean up;
    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private static void compose(String... arguments) throws Exception {
        var command = new ArrayList<>(Images.runs("docker", "compose", "version")
                ? List.of("docker", "compose")
                : List.of("docker-compose"));
        command.addAll(List.of("-p", "pathline-it"));
        command.addAll(List.of(arguments));
        Images.run(command, Map.of("PATHLINE_PORT", PORT, "PATHLINE_TAG", Images.TAG));
    }

    @BeforeEach
    void up() throws Exception {
        Images.require();
        up = true;
        compose("up", "-d");
    }

    @AfterEach
    void down() throws Exception {
        client.close();
        if (up) {
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
