package dev.pathline.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
import tools.jackson.databind.JsonNode;

/** Addresses, where a proxy serves the server below a path. */
class BehindProxyTest extends ApiTestBase {

    private static final String PREFIX = "X-Forwarded-Prefix";

    @Test
    void shouldPutThePathInFrontOfEveryAddress() {
        JsonNode job = json(generate(REQUEST, headers -> headers.set(PREFIX, "/tools/pathline")), 200);
        String id = job.path("id").asString();
        String url = "/tools/pathline/jobs/" + id + "/images/0.png";

        assertThat(job.at("/images/0/url").asString()).isEqualTo(url);
        assertThat(json(client.get().uri("/jobs/" + id).header(PREFIX, "/tools/pathline"), 200).at("/images/0/url")
                .asString()).isEqualTo(url);
        assertThat(json(client.get().uri("/jobs?limit=1").header(PREFIX, "/tools/pathline"), 200)
                .at("/jobs/0/images/0/url").asString()).isEqualTo(url);
        assertThat(json(client.delete().uri("/jobs/" + id).header(PREFIX, "/tools/pathline/"), 200).at("/images/0/url")
                .asString()).isEqualTo(url);
        List<ServerSentEvent<String>> events = events(client.get().uri("/jobs/" + id + "/events?after=2")
                .header(PREFIX, "/tools/pathline")).filter(event -> event.event() != null).collectList()
                .block(PATIENCE);
        assertThat(Objects.requireNonNull(events).getLast().data()).contains("\"" + url + "\"");
        // The same events for who comes directly.
        assertThat(json(client.get().uri("/jobs/" + id), 200).at("/images/0/url").asString())
                .isEqualTo("/jobs/" + id + "/images/0.png");
    }

    @Test
    void shouldSayWhereAJobIs() {
        for (MediaType accept : List.of(MediaType.APPLICATION_JSON, MediaType.IMAGE_PNG, MediaType.TEXT_EVENT_STREAM)) {
            generate(REQUEST, headers -> headers.set(PREFIX, "/p")).accept(accept).exchange().expectStatus().isOk()
                    .expectHeader().valueMatches("Location", "/p/jobs/[0-9a-z]{26}");
        }
        generate(REQUEST, headers -> {
            headers.set(PREFIX, "/p");
            headers.set("Prefer", "respond-async");
        }).exchange().expectStatus().isAccepted().expectHeader().valueMatches("Location", "/p/jobs/[0-9a-z]{26}");
    }

    @ParameterizedTest
    @CsvSource({"//evil.example", "/a\"b", "/<script>", "https://evil.example", "/../x"})
    void shouldTakeNothingButAPath(String prefix) {
        JsonNode job = json(generate(REQUEST, headers -> headers.set(PREFIX, prefix)), 200);

        assertThat(job.at("/images/0/url").asString()).doesNotContain("evil", "\"", "<", "..").startsWith("/")
                .doesNotStartWith("//");
    }

    @Test
    void shouldAnswerHeadAsGet() {
        client.head().uri("/").exchange().expectStatus().isOk().expectHeader().contentTypeCompatibleWith("text/html");
        client.head().uri("/models").exchange().expectStatus().isOk();
        client.head().uri("/nothing").exchange().expectStatus().isNotFound();
    }
}
