package dev.pathline.api.docs;

import dev.pathline.common.wire.Json;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem.HttpMethod;
import io.swagger.v3.oas.models.media.ArraySchema;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.MapSchema;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.parameters.RequestBody;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import tools.jackson.databind.JsonNode;

/** Shows for each operation what is sent and what comes back: recorded from a server, in {@code examples.json}. */
@Order(Ordered.LOWEST_PRECEDENCE)
public final class OpenApiExamples implements OpenApiCustomizer {

    private static final String FILE = "examples.json";
    private static final String JSON = "application/json";

    private final Map<String, Example> examples;

    /**
     * What is sent and what comes back, null where nothing is.
     *
     * @param request the body
     * @param response the answer
     */
    private record Example(@Nullable JsonNode request, @Nullable JsonNode response) {}

    /** Reads the file. */
    public OpenApiExamples() {
        this.examples = read();
    }

    /** Returns the examples by {@code METHOD PATH}. */
    private static Map<String, Example> read() {
        try (InputStream file = Objects.requireNonNull(OpenApiExamples.class.getResourceAsStream(FILE))) {
            var examples = new LinkedHashMap<String, Example>();
            Json.MAPPER.readTree(file).properties().forEach(entry -> examples.put(entry.getKey(),
                    new Example(entry.getValue().get("request"), entry.getValue().get("response"))));
            return examples;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void customise(OpenAPI api) {
        api.getPaths().forEach((path, item) -> item.readOperationsMap()
                .forEach((method, operation) -> show(operation, examples.get(key(method, path)))));
    }

    private static String key(HttpMethod method, String path) {
        return method.name() + " " + path;
    }

    private static void show(Operation operation, @Nullable Example example) {
        if (example == null) {
            return;
        }
        if (example.request() != null) {
            if (operation.getRequestBody() == null) {
                operation.setRequestBody(new RequestBody().required(true).content(object()));
            }
            set(operation.getRequestBody().getContent(), example.request());
        }
        if (example.response() != null) {
            operation.getResponses().entrySet().stream().filter(answer -> answer.getKey().startsWith("2"))
                    .map(Map.Entry::getValue).forEach(answer -> {
                        if (answer.getContent() == null || answer.getContent().isEmpty()) {
                            answer.setContent(example.response().isArray() ? array() : object());
                        }
                        set(answer.getContent(), example.response());
                    });
        }
    }

    /** Of what is written as a tree, the example says more than a schema. */
    private static Content object() {
        return new Content().addMediaType(JSON, new MediaType().schema(new MapSchema().additionalProperties(true)));
    }

    private static Content array() {
        return new Content().addMediaType(JSON,
                new MediaType().schema(new ArraySchema().items(new MapSchema().additionalProperties(true))));
    }

    /** SpringDoc writes plain collections, and knows nothing of a tree. */
    private static void set(@Nullable Content content, JsonNode example) {
        MediaType json = content == null ? null : content.get(JSON);
        if (json != null) {
            json.setExample(Json.MAPPER.convertValue(example, Object.class));
        }
    }
}
