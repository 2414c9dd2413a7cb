package dev.pathline.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The shipped flow map over HTTP: any number of steps from one checkpoint, and of several requests in one batch. */
class FlowMapIT {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String MODEL = "\"model\":\"fashion-onestep\",\"label\":\"bag\",\"seed\":7";

    private static HttpClient client;
    private static PathlineProcess server;

    @BeforeAll
    static void start() throws Exception {
        client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        server = PathlineProcess.serve("--models", PathlineProcess.ROOT.resolve("models").toString(), "--",
                "--pathline.worker.profile=f32", "--pathline.worker.preload=fashion-onestep");
    }

    @AfterAll
    static void stop() throws Exception {
        if (server != null) {
            server.close();
            client.close();
        }
    }

    private static HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(URI.create(server.address() + path)).header("content-type", "application/json");
    }

    private static HttpRequest generate(String settings, String accept) {
        return to("/generate").header("accept", accept)
                .POST(HttpRequest.BodyPublishers.ofString("{" + MODEL + settings + "}")).build();
    }

    private static BufferedImage picture(String settings) throws Exception {
        HttpResponse<byte[]> answer = client.send(generate(settings, "image/png"), BodyHandlers.ofByteArray());
        assertThat(answer.statusCode()).as(new String(answer.body())).isEqualTo(200);
        return ImageIO.read(new ByteArrayInputStream(answer.body()));
    }

    private static JsonNode job(String id) throws Exception {
        return JSON.readTree(client.send(to("/jobs/" + id).build(), BodyHandlers.ofString()).body());
    }

    private static long evaluations() throws Exception {
        String page = client.send(to("/actuator/prometheus").build(), BodyHandlers.ofString()).body();
        Matcher count = Pattern.compile("(?m)^pathline_worker_tick_seconds_count\\{[^}]*} (\\S+)").matcher(page);
        long sum = 0;
        while (count.find()) {
            sum += (long) Double.parseDouble(count.group(1));
        }
        return sum;
    }

    /** The largest difference of two pictures, in grey levels. */
    private static int difference(BufferedImage one, BufferedImage other) {
        int most = 0;
        for (int y = 0; y < one.getHeight(); y++) {
            for (int x = 0; x < one.getWidth(); x++) {
                most = Math.max(most,
                        Math.abs(one.getRaster().getSample(x, y, 0) - other.getRaster().getSample(x, y, 0)));
            }
        }
        return most;
    }

    @Test
    void shouldTakeOneStepInTheBatchOfFifty() throws Exception {
        BufferedImage alone = picture(",\"steps\":1");
        long before = evaluations();
        HttpResponse<String> accepted = client.send(to("/generate").header("prefer", "respond-async")
                .POST(HttpRequest.BodyPublishers.ofString("{" + MODEL + ",\"steps\":50,\"count\":32}")).build(),
                BodyHandlers.ofString());
        String fifty = JSON.readTree(accepted.body()).path("id").asString();
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(10))
                .until(() -> job(fifty).path("progress").path("rowsDone").asLong() > 0);

        BufferedImage among = picture(",\"steps\":1");

        assertThat(job(fifty).path("state").asString()).as("the one step has not waited for the fifty")
                .isEqualTo("running");
        await().atMost(PATIENCE).until(() -> job(fifty).path("state").asString().equals("succeeded"));
        assertThat(evaluations() - before).as("the one was evaluated together with one of the fifty").isEqualTo(50);
        assertThat(difference(alone, among)).isLessThanOrEqualTo(1);
    }

    @Test
    void shouldTakeTheTimesThatARequestNames() throws Exception {
        HttpResponse<String> answer = client.send(generate(",\"times\":[1,0.5]", "application/json"),
                BodyHandlers.ofString());
        JsonNode job = JSON.readTree(answer.body());
        assertThat(job.path("steps").asInt()).as(answer.body()).isEqualTo(2);
        assertThat(job.path("times").get(1).asDouble()).isEqualTo(0.5);
        assertThat(difference(picture(",\"times\":[1,0.5]"), picture(",\"steps\":2"))).as("the times of two even steps")
                .isLessThanOrEqualTo(1);
        assertThat(difference(picture(",\"times\":[1,0.25]"), picture(",\"steps\":2"))).isGreaterThan(1);
    }

    @Test
    void shouldRefuseAnotherGuidanceThanItsOwn() throws Exception {
        HttpResponse<String> refused = client.send(generate(",\"cfgScale\":4", "application/json"),
                BodyHandlers.ofString());
        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(refused.body()).contains("cfgScale", "1.25");
        assertThat(client.send(generate(",\"cfgScale\":1.25", "application/json"), BodyHandlers.ofString())
                .statusCode()).isEqualTo(200);
    }
}
