package dev.pathline.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;
import tools.jackson.databind.JsonNode;

/** Aliases over HTTP. Other tests rely on stripes@champion, so these use names of their own. */
class AliasTest extends ApiTestBase {

    private WebTestClient.RequestHeadersSpec<?> put(String path, String body) {
        return client.put().uri("/models/" + path).contentType(MediaType.APPLICATION_JSON).bodyValue(body);
    }

    @Test
    void shouldMoveAnAliasWithWhatWasExpected() {
        JsonNode made = json(put("stripes/aliases/mover", "{\"version\":\"1\",\"expected\":\"\"}"), 200);
        assertThat(made.toString())
                .isEqualTo("{\"model\":\"stripes\",\"alias\":\"mover\",\"version\":\"1\"}");
        assertThat(json(client.get().uri("/models/stripes@mover"), 200).path("version").asString()).isEqualTo("1");

        JsonNode refused = json(put("stripes/aliases/mover", "{\"version\":\"2\",\"expected\":\"2\"}"), 409);
        assertThat(refused.path("code").asString()).isEqualTo("alias_moved");
        assertThat(refused.path("detail").asString()).contains("stripes@mover is version 1");
        JsonNode moved = json(put("stripes/aliases/mover", "{\"version\":\"2\",\"expected\":\"1\"}"), 200);
        assertThat(moved.path("previous").asString()).isEqualTo("1");
        JsonNode model = json(client.get().uri("/models/stripes"), 200);
        assertThat(model.path("aliases").path("mover").asString()).isEqualTo("2");
        assertThat(model.path("versions").path(0).path("aliases").toString()).contains("mover");

        assertThat(json(client.delete().uri("/models/stripes/aliases/mover?expected=1"), 409).path("code").asString())
                .isEqualTo("alias_moved");
        client.delete().uri("/models/stripes/aliases/mover").exchange().expectStatus().isNoContent();
        assertThat(json(client.delete().uri("/models/stripes/aliases/mover"), 404).path("detail").asString())
                .contains("champion");
    }

    @Test
    void shouldGenerateWithTheVersionOfTheAlias() {
        json(put("stripes/aliases/used", "{\"version\":\"1\"}"), 200);
        assertThat(json(generate(REQUEST.replace("stripes", "stripes@used")), 200).path("model").asString())
                .isEqualTo("stripes@1");
        json(put("stripes/aliases/used", "{\"version\":\"2\"}"), 200);
        assertThat(json(generate(REQUEST.replace("stripes", "stripes@used")), 200).path("model").asString())
                .isEqualTo("stripes@2");
        client.delete().uri("/models/stripes/aliases/used").exchange().expectStatus().isNoContent();
    }

    @Test
    void shouldSayWhatIsWrong() {
        assertThat(json(put("hats/aliases/mover", "{\"version\":\"1\"}"), 404).path("detail").asString())
                .contains("stripes");
        JsonNode version = json(put("stripes/aliases/mover", "{\"version\":\"9\"}"), 404);
        assertThat(version.path("errors").path(0).path("message").asString()).contains("its versions are 2, 1");
        assertThat(json(put("stripes/aliases/7", "{\"version\":\"1\"}"), 422).path("errors").path(0).path("field")
                .asString()).isEqualTo("alias");
        assertThat(json(put("stripes/aliases/mover", "{\"version\":\"../1\"}"), 422).path("errors").path(0)
                .path("field").asString()).isEqualTo("version");
        JsonNode fields = json(put("stripes/aliases/mover", "{\"expected\":3,\"versoin\":\"1\"}"), 400);
        assertThat(fields.path("errors")).extracting(error -> error.path("field").asString())
                .containsExactly("version", "expected", "versoin");
        json(put("stripes/aliases/mover", "nonsense"), 400);
    }
}
