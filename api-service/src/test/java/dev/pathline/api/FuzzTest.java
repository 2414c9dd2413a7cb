package dev.pathline.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.pathline.api.FuzzedRequests.Fuzzed;
import dev.pathline.common.wire.Json;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.TestPropertySource;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Twenty thousand requests, right and wrong, made from the document of the API: none breaks the server, and every answer is one that the document
 * describes. Each is made of a number, which is said where one fails: {@code -Dpathline.fuzz.first=N -Dpathline.fuzz.requests=1} makes it again.
 */
@TestPropertySource(properties = {"pathline.api.heartbeat=180ms", "pathline.api.max-rows=2000",
    "pathline.api.webhooks.secret=whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"})
@DirtiesContext
class FuzzTest extends ApiTestBase {

    private static final int REQUESTS = Integer.getInteger("pathline.fuzz.requests", 20_000);
    private static final long FIRST = Long.getLong("pathline.fuzz.first", 1);
    private static final int AT_ONCE = 16;
    private static final int LARGEST_REFUSAL = 64 << 10;
    private static final int SMALL = 1 << 20;
    /** What no client's mistake is, and yet what may be: there is no trainer here, and a deadline is soon over. */
    private static final List<String> MAY_BE = List.of("no_trainer", "job_expired");

    private final Map<String, Schema> schemas = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
    private JsonNode document;

    @Test
    void shouldAnswerWhateverIsAsked() throws Exception {
        document = json(client.get().uri("/v3/api-docs"), 200);
        var requests = new FuzzedRequests(document);
        var statuses = new ConcurrentHashMap<Integer, AtomicInteger>();
        var room = new Semaphore(AT_ONCE);
        try (HttpClient http = HttpClient.newHttpClient();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var running = new ArrayList<Future<?>>();
            for (long seed = FIRST; seed < FIRST + REQUESTS; seed++) {
                long number = seed;
                room.acquire();
                running.add(threads.submit(() -> {
                    Fuzzed fuzzed = requests.next("http://localhost:" + port, number);
                    try {
                        HttpResponse<byte[]> answer = http.send(fuzzed.request(), BodyHandlers.ofByteArray());
                        statuses.computeIfAbsent(answer.statusCode(), status -> new AtomicInteger()).incrementAndGet();
                        check(number, fuzzed, answer);
                        answer.headers().firstValue("location").filter(at -> at.contains("/jobs/"))
                                .ifPresent(at -> requests.knows(at.substring(at.lastIndexOf('/') + 1)));
                    } catch (Exception e) {
                        wrong.add("request " + number + ", " + fuzzed + ": " + e);
                    } finally {
                        room.release();
                    }
                }));
            }
            for (Future<?> one : running) {
                one.get();
            }
        }
        System.out.println("fuzzed " + REQUESTS + " requests from " + FIRST + " on: " + new TreeMap<>(statuses));
        assertThat(wrong.stream().limit(20)).as("%d of %d", wrong.size(), REQUESTS).isEmpty();
        assertThat(statuses.keySet()).as("right ones are among them").contains(200);
        // It serves as before.
        json(generate(REQUEST), 200);
    }

    private void check(long number, Fuzzed fuzzed, HttpResponse<byte[]> answer) {
        int status = answer.statusCode();
        String text = new String(answer.body(), StandardCharsets.UTF_8);
        String type = answer.headers().firstValue("content-type").orElse("");
        String what = "request " + number + ", " + fuzzed.request().method() + " " + fuzzed.request().uri() + ": "
                + status + " ";
        if (text.contains("\tat ") || text.contains("Exception")) {
            wrong.add(what + "shows a stack trace: " + shown(text));
        }
        if (status >= 400) {
            refusal(fuzzed, status, type, text, what);
        } else if (status < 300 && fuzzed.request().method().equals(fuzzed.operation().method())) {
            JsonNode documented = fuzzed.operation().description().path("responses").path(Integer.toString(status));
            if (documented.isMissingNode()) {
                wrong.add(what + "is not in the document");
            } else if (type.startsWith("application/json")) {
                matches(fuzzed.operation().path() + status,
                        documented.path("content").path("application/json").path("schema"),
                        text, what);
            }
        }
    }

    private void refusal(Fuzzed fuzzed, int status, String type, String text, String what) {
        if (fuzzed.request().method().equals("HEAD")) {
            return;
        }
        if (!type.startsWith("application/problem+json")) {
            wrong.add(what + "is no problem document but " + type + ": " + shown(text));
            return;
        }
        if (fuzzed.size() < SMALL && text.length() > LARGEST_REFUSAL) {
            wrong.add(what + "has " + text.length() + " characters");
        }
        matches("Problem", document.path("components").path("schemas").path("Problem"), text, what);
        JsonNode problem = Json.MAPPER.readTree(text);
        if (status >= 500 && !MAY_BE.contains(problem.path("code").asString())) {
            wrong.add(what + shown(text));
        }
        if (problem.path("errors").size() > 20) {
            wrong.add(what + "lists " + problem.path("errors").size() + " errors");
        }
    }

    private void matches(String name, JsonNode schema, String text, String what) {
        Schema known = schemas.computeIfAbsent(name, key -> {
            ObjectNode whole = Json.MAPPER.createObjectNode();
            whole.set("components", document.path("components"));
            schema.properties().forEach(part -> whole.set(part.getKey(), part.getValue()));
            return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(whole);
        });
        try {
            var errors = known.validate(Json.MAPPER.readTree(text));
            if (!errors.isEmpty()) {
                wrong.add(what + "is not as the document says: " + errors.getFirst() + ": " + shown(text));
            }
        } catch (JacksonException e) {
            wrong.add(what + "is no JSON: " + shown(text));
        }
    }

    private static String shown(String text) {
        return text.length() > 300 ? text.substring(0, 300) + "..." : text;
    }
}
