package dev.pathline.api;

import dev.pathline.common.wire.Json;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedDeque;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Requests that the document of the API describes, and what becomes of them when somebody errs: seeded, so that each can be made again. */
final class FuzzedRequests {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final List<String> TEXTS = List.of("", " ", "stripes", "stripes@2", "stripes@champion", "blob",
            "rows", "null",
            "true", "-1", "0", "1", "9223372036854775807", "9223372036854775808", "1e400", "NaN", "../../etc/passwd",
            "..%2f..", "a\u0000b", "\ud83d\ude00\ud83d\ude00", "\u202edrow", "<script>alert(1)</script>", "' or 1=1 --",
            "${jndi:ldap://x}",
            "x".repeat(300), "y".repeat(20_000), "\r\nSet-Cookie: a=b", "succeeded", "dead", "2026-12-01T10:00:00Z",
            "http://example.com/",
            "one-step", "{}", "[", "%", "a/b", "0.png", "0.npy", "99.png");
    private static final List<String> TYPES = List.of("application/json", "application/json", "application/json",
            "application/json", "application/json;charset=utf-8", "text/plain", "application/yaml",
            "multipart/form-data",
            "application/json;charset=latin1", "nonsense", "application/x-www-form-urlencoded", "image/png");
    private static final List<String> ACCEPTS = List.of("application/json", "application/json", "*/*",
            "text/event-stream",
            "image/png", "text/plain", "application/json;q=0.1, image/png", "nonsense", "text/html",
            "application/problem+json");

    private final JsonNode document;
    private final List<Operation> operations = new ArrayList<>();
    /** Jobs that were made on the way. */
    private final Collection<String> jobs = new ConcurrentLinkedDeque<>();

    /** A request, and the operation that it is of. */
    record Fuzzed(HttpRequest request, Operation operation, byte[] body) {

        int size() {
            return body.length;
        }

        @Override
        public String toString() {
            return request + " " + request.headers().map() + " " + shortened(new String(body, StandardCharsets.UTF_8));
        }
    }

    /** An operation of the document. */
    record Operation(String method, String path, JsonNode description) {}

    FuzzedRequests(JsonNode document) {
        this.document = document;
        document.path("paths").properties()
                .forEach(path -> path.getValue().properties().forEach(operation -> operations.add(
                        new Operation(operation.getKey().toUpperCase(java.util.Locale.ROOT), path.getKey(),
                                operation.getValue()))));
    }

    void knows(String job) {
        if (jobs.size() < 50) {
            jobs.add(job);
        }
    }

    Fuzzed next(String server, long seed) {
        var random = new Random(seed);
        // A third of all are generations: they have the most fields.
        Operation operation = random.nextInt(3) == 0
                ? operations.stream().filter(one -> one.path().equals("/generate")).findFirst().orElseThrow()
                : pick(random, operations);
        var address = new StringBuilder(server);
        for (String part : operation.path().substring(1).split("/")) {
            address.append('/').append(part.startsWith("{") ? encoded(parameter(random, part)) : part);
        }
        String query = query(random, operation);
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address + query))
                .timeout(Duration.ofSeconds(30));
        byte[] body = body(random, operation);
        request.method(
                random.nextInt(60) == 0 ? pick(random, List.of("PATCH", "PUT", "POST", "GET")) : operation.method(),
                body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
        headers(random, request, body.length > 0);
        return new Fuzzed(request.build(), operation, body);
    }

    private void headers(Random random, HttpRequest.Builder request, boolean body) {
        if (body && random.nextInt(30) != 0) {
            request.header("content-type", random.nextInt(8) == 0 ? pick(random, TYPES) : "application/json");
        }
        if (random.nextInt(6) == 0) {
            request.header("accept", pick(random, ACCEPTS));
        }
        if (random.nextInt(6) == 0) {
            request.header("prefer", random.nextBoolean() ? "respond-async" : "nonsense");
        }
        if (random.nextInt(10) == 0) {
            request.header("idempotency-key", random.nextBoolean() ? "k" + random.nextInt(20) : "z".repeat(400));
        }
        if (random.nextInt(20) == 0) {
            request.header("last-event-id", random.nextBoolean() ? "3" : "-7x");
        }
        if (random.nextInt(40) == 0) {
            request.header("x-request-id", "a b<c>");
        }
    }

    private String parameter(Random random, String name) {
        if (random.nextInt(3) == 0 && !jobs.isEmpty()) {
            return pick(random, List.copyOf(jobs));
        }
        if (name.equals("{name}") && random.nextBoolean()) {
            return "one-step";
        }
        String text = pick(random, TEXTS);
        return text.isEmpty() || text.length() > 2000 ? "x" : text;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static String query(Random random, Operation operation) {
        var parts = new ArrayList<String>();
        operation.description().path("parameters").forEach(parameter -> {
            if (parameter.path("in").asString().equals("query") && random.nextInt(3) == 0) {
                parts.add(parameter.path("name").asString() + "=" + encoded(shortened(pick(random, TEXTS))));
            }
        });
        if (random.nextInt(15) == 0) {
            parts.add(encoded(shortened(pick(random, TEXTS))) + "=" + encoded(shortened(pick(random, TEXTS))));
        }
        return parts.isEmpty() ? "" : "?" + String.join("&", parts);
    }

    private static String shortened(String text) {
        return text.length() > 1000 ? text.substring(0, 1000) : text;
    }

    private byte[] body(Random random, Operation operation) {
        JsonNode json = operation.description().path("requestBody").path("content").path("application/json");
        if (json.isMissingNode()) {
            return random.nextInt(10) == 0 ? "{}".getBytes(StandardCharsets.UTF_8) : new byte[0];
        }
        JsonNode schema = json.path("schema");
        JsonNode made = operation.path().equals("/generate")
                ? generation(random)
                : json.has("example") && random.nextInt(5) != 0
                        ? json.path("example").deepCopy()
                        : value(random, schema, 0);
        int errors = Math.max(0, random.nextInt(6) - 2);
        for (int i = 0; i < errors; i++) {
            made = spoiled(random, made, schema);
        }
        byte[] bytes = Json.MAPPER.writeValueAsBytes(made);
        return switch (random.nextInt(25)) {
            case 0 -> java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
            case 1 -> {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
                yield bytes;
            }
            case 2 -> ("[".repeat(random.nextInt(5000)) + "]").getBytes(StandardCharsets.UTF_8);
            default -> bytes;
        };
    }

    /** One that is mostly right, and small. */
    private ObjectNode generation(Random random) {
        ObjectNode request = NODES.objectNode().put("model", random.nextInt(6) == 0 ? pick(random, TEXTS) : "stripes");
        request.put("steps", 1 + random.nextInt(12)).put("count", 1 + random.nextInt(3));
        Map<String, JsonNode> fields = new java.util.TreeMap<>();
        resolved(document.path("components").path("schemas").path("GenerateRequest")).path("properties").properties()
                .forEach(field -> fields.put(field.getKey(), field.getValue()));
        for (Map.Entry<String, JsonNode> field : fields.entrySet()) {
            if (random.nextInt(9) == 0 && !field.getKey().equals("count") && !field.getKey().equals("steps")) {
                request.set(field.getKey(), value(random, field.getValue(), 0));
            }
        }
        return request;
    }

    private JsonNode resolved(JsonNode schema) {
        String reference = schema.path("$ref").asString("");
        return reference.isEmpty() ? schema : document.at(reference.substring(1));
    }

    /** A value as a schema has it, at its bounds as often as between them. */
    private JsonNode value(Random random, JsonNode unresolved, int depth) {
        JsonNode schema = resolved(unresolved);
        if (schema.has("oneOf")) {
            return value(random, schema.path("oneOf").path(random.nextInt(schema.path("oneOf").size())), depth);
        }
        if (schema.has("enum")) {
            return schema.path("enum").path(random.nextInt(schema.path("enum").size()));
        }
        double low = schema.path("minimum").asDouble(-5);
        double high = schema.path("maximum").asDouble(50);
        return switch (schema.path("type").asString("")) {
            case "integer" -> NODES.numberNode(random.nextInt(4) == 0
                    ? (long) (random.nextBoolean() ? low : Math.min(high, 1e6))
                    : (long) low + random.nextInt((int) Math.max(1, Math.min(100, high - low))));
            case "number" -> NODES.numberNode(random.nextInt(4) == 0
                    ? random.nextBoolean() ? low : high
                    : low + random.nextDouble() * (high - low));
            case "boolean" -> NODES.booleanNode(random.nextBoolean());
            case "array" -> {
                ArrayNode array = NODES.arrayNode();
                int size = schema.path("minItems").asInt(0) + random.nextInt(3);
                for (int i = 0; i < size; i++) {
                    array.add(value(random, schema.path("items"), depth + 1));
                }
                yield array;
            }
            case "object" -> {
                ObjectNode object = NODES.objectNode();
                schema.path("properties").properties().forEach(field -> {
                    if (depth < 4 && random.nextInt(3) != 0) {
                        object.set(field.getKey(), value(random, field.getValue(), depth + 1));
                    }
                });
                if (schema.path("additionalProperties").isObject() && random.nextBoolean()) {
                    object.set(pick(random, TEXTS), NODES.stringNode(pick(random, TEXTS)));
                }
                yield object;
            }
            default -> NODES.stringNode(pick(random, TEXTS));
        };
    }

    /** The same with a mistake in it. */
    private JsonNode spoiled(Random random, JsonNode node, JsonNode schema) {
        if (!(node instanceof ObjectNode object) || object.isEmpty()) {
            return random.nextInt(5) == 0 ? NODES.stringNode("x") : node;
        }
        List<String> names = List.copyOf(object.propertyNames());
        String name = pick(random, names);
        switch (random.nextInt(8)) {
            case 0 -> object.remove(name);
            case 1 -> object.putNull(name);
            case 2 -> object.put(pick(random, TEXTS), pick(random, TEXTS));
            case 3 -> object.put(name, pick(random, TEXTS));
            case 4 -> object.put(name, random.nextBoolean() ? Double.MAX_VALUE : -1e-300);
            case 5 -> object.set(name, many(random));
            case 6 -> object.set(name, spoiled(random, object.path(name), schema.path("properties").path(name)));
            default -> object.set(name, NODES.objectNode().set("deep", NODES.arrayNode().add(NODES.objectNode())));
        }
        return object;
    }

    private static JsonNode many(Random random) {
        ArrayNode array = NODES.arrayNode();
        int size = random.nextInt(10) == 0 ? 20_000 : random.nextInt(5);
        for (int i = 0; i < size; i++) {
            array.add(random.nextBoolean() ? NODES.numberNode(i) : NODES.stringNode("m" + i));
        }
        return array;
    }

    private static <T> T pick(Random random, List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}
