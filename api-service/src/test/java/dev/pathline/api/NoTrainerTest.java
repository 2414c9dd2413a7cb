package dev.pathline.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathline.common.wire.TrainingRunAnswer;
import dev.pathline.common.wire.TrainingRunEvent;
import java.lang.reflect.RecordComponent;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.MediaType;
import tools.jackson.databind.JsonNode;

/** A server without a trainer, and what its errors look like. */
class NoTrainerTest extends ApiTestBase {

    @ParameterizedTest
    @ValueSource(strings = {"/training-runs", "/training-runs/x", "/training-runs/x/events",
        "/training-runs/x/progress", "/training-runs/x/report", "/training-runs/x/sheets/5.png"})
    void shouldSayThatThereIsNone(String path) {
        JsonNode problem = json(client.get().uri(path), 503);

        assertThat(problem.path("code").asString()).isEqualTo("no_trainer");
        assertThat(problem.path("detail").asString()).contains("pathline.trainer.enabled");
    }

    @Test
    void shouldCheckTheRequestAllTheSame() {
        assertThat(json(client.get().uri("/training-runs/x/events?after=y"), 400).path("errors").get(0)
                .path("field").asString()).isEqualTo("after");
        assertThat(json(client.get().uri("/training-runs/x/sheets/..png"), 404).path("code").asString())
                .isEqualTo("unknown_run_file");
        json(client.post().uri("/training-runs").contentType(MediaType.TEXT_PLAIN).bodyValue("a: 1"), 415);
        json(client.post().uri("/training-runs").contentType(MediaType.parseMediaType("application/yaml"))
                .bodyValue(new byte[2 << 20]), 413);
        json(client.post().uri("/training-runs").contentType(MediaType.APPLICATION_JSON)
                .bodyValue(new byte[]{(byte) 0xff}), 400);
    }

    @Test
    void shouldDescribeTheEndpoints() {
        JsonNode api = json(client.get().uri("/v3/api-docs"), 200);

        assertThat(api.path("paths").propertyNames()).contains("/training-runs", "/training-runs/{id}",
                "/training-runs/{id}/events", "/training-runs/{id}/pause", "/training-runs/{id}/resume",
                "/training-runs/{id}/progress", "/training-runs/{id}/sheets/{file}", "/training-runs/{id}/report");
        assertThat(api.at("/paths/~1training-runs/post/requestBody/content").propertyNames())
                .contains("application/json", "application/yaml");
        assertThat(api.at("/paths/~1training-runs/post/responses").propertyNames())
                .containsExactlyInAnyOrder("200", "202", "4XX", "5XX");
        // Every field of the answer, and every event of the stream.
        JsonNode run = api.at("/components/schemas/TrainingRunAnswer/properties");
        assertThat(run.propertyNames()).containsExactlyInAnyOrderElementsOf(Stream
                .of(TrainingRunAnswer.class.getRecordComponents()).map(RecordComponent::getName).toList());
        assertThat(run.at("/spec/type").asString()).isEqualTo("object");
        assertThat(api.at("/paths/~1training-runs~1{id}~1events/get/responses/200/content/text~1event-stream/schema"
                + "/description").asString().replaceAll("Events |;.*", "").split(", "))
                .containsExactlyInAnyOrder(eventTypes());
        assertThat(api.at("/components/schemas").propertyNames()).doesNotContain("JsonNode");
    }

    /** The names of all events on the wire. */
    private static String[] eventTypes() {
        return Stream.of(TrainingRunEvent.class.getPermittedSubclasses())
                .map(type -> type.getSimpleName().replaceAll("(?<=.)([A-Z])", "-$1").toLowerCase(Locale.ROOT))
                .toArray(String[]::new);
    }

    @ParameterizedTest
    @CsvSource({"/training-runs/{id}/resume, post, force", "/training-runs/{id}, delete, purge",
        "/training-runs/{id}/events, get, after"})
    void shouldDescribeTheParametersOfACommand(String path, String method, String name) {
        JsonNode operation = json(client.get().uri("/v3/api-docs"), 200).path("paths").path(path).path(method);

        JsonNode parameter = StreamSupport.stream(operation.path("parameters").spliterator(), false)
                .filter(one -> one.path("name").asString().equals(name)).findFirst().orElseThrow();
        assertThat(parameter.path("in").asString()).isEqualTo("query");
        assertThat(parameter.path("required").asBoolean()).isFalse();
        assertThat(operation.path("summary").asString()).isNotBlank();
        assertThat(operation.at("/responses/4XX/content").propertyNames())
                .containsExactly("application/problem+json");
    }
}
