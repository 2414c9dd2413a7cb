package dev.pathline.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The document of the API, and its frozen copy: what changes for clients is seen in a review. */
class OpenApiTest extends ApiTestBase {

    private static final Path FROZEN = Path.of("openapi.json");
    private static final JsonMapper PRETTY = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS).build();

    private JsonNode document() {
        return json(client.get().uri("/v3/api-docs"), 200);
    }

    @Test
    void shouldBeAsItIsFrozen() throws IOException {
        String now = PRETTY.writeValueAsString(PRETTY.convertValue(document(), Map.class)).replace("\r\n", "\n") + "\n";
        if (System.getenv("PATHLINE_FREEZE") != null) {
            Files.writeString(FROZEN, now);
        }
        assertThat(now).as("PATHLINE_FREEZE=1 ./mvnw test -pl api-service -Dtest=OpenApiTest freezes what is meant")
                .isEqualTo(Files.readString(FROZEN));
    }

    @Test
    void shouldHaveAnExampleOfEveryAnswerInJson() {
        Set<String> without = new TreeSet<>();
        document().path("paths").properties().forEach(path -> path.getValue().properties().forEach(operation -> {
            String name = operation.getKey() + " " + path.getKey();
            operation.getValue().path("responses").properties().stream()
                    .filter(answer -> answer.getKey().startsWith("2"))
                    .map(answer -> answer.getValue().path("content")).forEach(content -> {
                        JsonNode json = content.path("application/json");
                        if (!json.isMissingNode() && !json.has("example")) {
                            without.add(name);
                        }
                    });
            JsonNode body = operation.getValue().path("requestBody").path("content").path("application/json");
            if (!body.isMissingNode() && !body.has("example")) {
                without.add(name + ", its body");
            }
        }));
        assertThat(without).isEmpty();
    }

    @Test
    void shouldNameEveryOperationOnce() {
        Set<String> names = new HashSet<>();
        document().path("paths").forEach(path -> path.forEach(
                operation -> assertThat(names.add(operation.path("operationId").asString())).isTrue()));
        assertThat(names).contains("generate", "jobs_list", "jobs_get", "openai_generate").allSatisfy(
                name -> assertThat(name).doesNotEndWith("_1"));
        assertThat(document().path("components").path("securitySchemes").propertyNames()).containsExactly("key");
    }
}
