package dev.pathline.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pathline.common.image.Png;
import dev.pathline.common.image.Raster;
import dev.pathline.common.wire.Json;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.web.reactive.server.WebTestClient;
import tools.jackson.databind.JsonNode;

/** What OpenAI's clients ask for, with a real worker. */
@TestPropertySource(properties = "pathline.api.experiments.tell-every=100ms")
class OpenAiTest extends ApiTestBase {

    private WebTestClient.RequestHeadersSpec<?> images(String body) {
        // Their clients accept JSON whatever they ask for.
        return client.post().uri("/v1/images/generations").accept(MediaType.APPLICATION_JSON)
                .contentType(MediaType.APPLICATION_JSON).bodyValue(body);
    }

    private static Raster picture(JsonNode image) {
        return Png.decode(Base64.getDecoder().decode(image.path("b64_json").asString()));
    }

    @Test
    void shouldMakeImagesOfAPrompt() {
        JsonNode answer = json(
                images("{\"model\":\"stripes\",\"prompt\":\"some rows, please\",\"n\":2,\"seed\":7,\"steps\":3,"
                        + "\"size\":\"8x8\",\"quality\":\"high\",\"user\":\"ada\"}"),
                200);
        assertThat(answer.path("data")).hasSize(2);
        assertThat(answer.path("data").get(1).path("seed").asString()).isEqualTo("7");
        assertThat(answer.path("data").get(1).path("index").asInt()).isEqualTo(1);
        assertThat(answer.path("size").asString()).isEqualTo("8x8");
        assertThat(answer.path("usage").path("total_tokens").asInt()).isZero();
        JsonNode job = json(client.get().uri("/jobs/" + answer.path("job").asString()), 200);
        assertThat(job.path("label").asString()).isEqualTo("Rows");
        assertThat(job.path("steps").asInt()).isEqualTo(3);
        JsonNode same = json(generate("{\"model\":\"stripes\",\"label\":\"rows\",\"count\":2,\"seed\":7,\"steps\":3}"),
                200);
        assertThat(picture(answer.path("data").get(1)).pixels())
                .isEqualTo(Png.decode(Base64.getDecoder().decode(same.path("images").get(1).path("data").asString()))
                        .pixels());
    }

    @Test
    void shouldGiveAddressesThatWork() {
        JsonNode answer = json(images("{\"model\":\"stripes\",\"prompt\":\"class:rows\",\"response_format\":\"url\"}"),
                200);
        JsonNode image = answer.path("data").get(0);
        assertThat(image.has("b64_json")).isFalse();
        assertThat(image.path("url").asString()).startsWith("http://localhost:");
        client.get().uri(image.path("url").asString()).exchange().expectStatus().isOk().expectHeader()
                .contentType(MediaType.IMAGE_PNG);
    }

    private List<ServerSentEvent<String>> told(String body) {
        return events(images(body)).filter(event -> event.event() != null).collectList().block();
    }

    @Test
    void shouldTellSomePicturesOnTheWayAndThenTheImages() {
        List<ServerSentEvent<String>> events = told(
                "{\"model\":\"stripes\",\"prompt\":\"rows\",\"n\":2,\"steps\":8,\"stream\":true,\"partial_images\":3}");
        assertThat(events).extracting(ServerSentEvent::event).startsWith("image_generation.partial_image")
                .endsWith("image_generation.completed", "image_generation.completed").hasSize(2 * 3 + 2);
        for (ServerSentEvent<String> event : events) {
            JsonNode data = Json.MAPPER.readTree(event.data());
            assertThat(data.path("type").asString()).isEqualTo(event.event());
            assertThat(picture(data).width()).isEqualTo(8);
            assertThat(data.path("image_index").asInt(-1)).isIn(0, 1);
        }
        for (int image = 0; image < 2; image++) {
            int index = image;
            assertThat(events.subList(0, 6).stream().map(event -> Json.MAPPER.readTree(event.data()))
                    .filter(data -> data.path("image_index").asInt() == index)
                    .map(data -> data.path("partial_image_index").asInt())).containsExactly(0, 1, 2);
        }
        assertThat(Json.MAPPER.readTree(events.getLast().data()).path("usage").has("input_tokens")).isTrue();

        assertThat(told("{\"model\":\"stripes\",\"prompt\":\"rows\",\"steps\":2,\"stream\":true}"))
                .extracting(ServerSentEvent::event).containsExactly("image_generation.completed");
    }

    @Test
    void shouldEndAStreamWithAnErrorWhereTheJobDoesNotSucceed() throws Exception {
        var told = events(images("{\"model\":\"stripes\",\"prompt\":\"rows\",\"steps\":1000,\"n\":10,\"stream\":true}"))
                .filter(event -> event.event() != null).collectList().toFuture();
        await().atMost(PATIENCE).until(() -> {
            JsonNode jobs = json(client.get().uri("/jobs?limit=1"), 200).path("jobs");
            JsonNode job = jobs.path(0);
            if (job.path("steps").asInt() != 1000) {
                return false;
            }
            json(client.delete().uri("/jobs/" + job.path("id").asString()), 200);
            return true;
        });
        List<ServerSentEvent<String>> events = told.get(20, TimeUnit.SECONDS);
        assertThat(events).extracting(ServerSentEvent::event).containsExactly("error");
        JsonNode error = Json.MAPPER.readTree(events.getFirst().data());
        assertThat(error.path("type").asString()).isEqualTo("error");
        assertThat(error.path("error").path("code").asString()).isEqualTo("job_cancelled");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "\"model\":\"stripes\"|prompt|400",
        "\"model\":\"stripes\",\"prompt\":\"rows\",\"n\":0|n|400",
        "\"model\":\"stripes\",\"prompt\":\"rows\",\"partial_images\":4|partial_images|400",
        "\"model\":\"stripes\",\"prompt\":\"rows\",\"output_format\":\"webp\"|output_format|400",
        "\"model\":\"stripes\",\"prompt\":\"rows\",\"label\":1|label|400",
        "\"model\":\"stripes\",\"prompt\":\"rows\",\"size\":\"large\"|size|400",
        "\"model\":\"stripes\",\"prompt\":\"rows\",\"steps\":0|steps|400",
        "\"model\":\"stripes\",\"prompt\":\"rows\",\"size\":\"1024x1024\"|size|422",
        "\"model\":\"stripes\",\"prompt\":\"a cat\"|prompt|422",
        "\"model\":\"stripes\",\"prompt\":\"rows and columns\"|prompt|422",
        "\"model\":\"nobody\",\"prompt\":\"rows\"|model|404"})
    void shouldSayWhatIsWrong(String fields, String field, int status) {
        JsonNode problem = json(images("{" + fields + "}"), status);
        assertThat(problem.path("errors").get(0).path("field").asString()).isEqualTo(field);
        assertThat(problem.path("error").path("param").asString()).isEqualTo(field);
        assertThat(problem.path("error").path("message").asString()).isNotBlank();
    }

    @Test
    void shouldListTheModels() {
        JsonNode models = json(client.get().uri("/v1/models"), 200);
        assertThat(models.path("object").asString()).isEqualTo("list");
        assertThat(models.path("data").valueStream().map(model -> model.path("id").asString())).contains("stripes");
        assertThat(json(client.get().uri("/v1/models/stripes"), 200).path("owned_by").asString()).isEqualTo("pathline");
        json(client.get().uri("/v1/models/nobody"), 404);
    }

    @Test
    void shouldServeAUserTheArmOfAnExperiment() {
        String name = "openai-" + System.nanoTime();
        json(client.post().uri("/experiments").contentType(MediaType.APPLICATION_JSON).bodyValue("{\"name\":\"" + name
                + "\",\"arms\":[{\"name\":\"many\",\"model\":\"stripes\",\"steps\":6},"
                + "{\"name\":\"few\",\"model\":\"stripes\",\"steps\":2}],"
                + "\"goal\":{\"metric\":\"evaluations\",\"difference\":1,\"deviation\":1}}"), 201);
        json(client.post().uri("/experiments/" + name + "/start").contentType(MediaType.APPLICATION_JSON)
                .bodyValue("{}"), 200);
        String first = arm(name);
        assertThat(first).startsWith(name + "@1/").isEqualTo(arm(name));
        JsonNode refused = json(images("{\"experiment\":\"" + name + "\",\"prompt\":\"rows\"}"), 400);
        assertThat(refused.path("errors").get(0).path("field").asString()).isEqualTo("user");
    }

    private String arm(String experiment) {
        return images("{\"experiment\":\"" + experiment + "\",\"prompt\":\"rows\",\"user\":\"ada\"}").exchange()
                .expectStatus().isOk().returnResult(String.class).getResponseHeaders().getFirst("Pathline-Arm");
    }
}
