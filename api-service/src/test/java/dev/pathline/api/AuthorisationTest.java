package dev.pathline.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathline.common.access.ApiKey;
import dev.pathline.common.access.KeyLimits;
import dev.pathline.common.access.KeySecret;
import dev.pathline.common.access.Role;
import dev.pathline.common.port.KeyStore;
import dev.pathline.common.wire.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.web.reactive.server.EntityExchangeResult;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.web.reactive.result.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.JsonNode;

/** Every address, asked by everybody: without a key, with a wrong one, with another's, with each role. */
@TestPropertySource(properties = {"pathline.api.keys.required=always",
    "pathline.api.keys.admin=a-key-that-everybody-may-know-in-a-test"})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AuthorisationTest extends ApiTestBase {

    private static final String CONFIGURED = "a-key-that-everybody-may-know-in-a-test";

    @Autowired
    KeyStore store;

    @Autowired
    List<RequestMappingHandlerMapping> mappings;

    private final Map<Role, String> keys = new EnumMap<>(Role.class);
    private String other = "";
    private String job = "";

    /** An address of the server, and what it needs: nobody, any key, or a role. */
    private enum Needs {
        NOTHING, KEY, GENERATE, TRAIN, ADMIN;

        boolean has(Role role) {
            return switch (this) {
                case NOTHING, KEY -> true;
                case GENERATE -> role == Role.GENERATE || role == Role.ADMIN;
                case TRAIN -> role == Role.TRAIN || role == Role.ADMIN;
                case ADMIN -> role == Role.ADMIN;
            };
        }
    }

    private record Row(String method, String path, Needs needs) {

        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    /** The table, written down anew: the server's own is not believed. */
    private static final List<Row> TABLE = Stream.of("""
            GET / NOTHING
            GET /page/main.js NOTHING
            GET /guide.html NOTHING
            GET /v3/api-docs NOTHING
            GET /actuator/health/liveness NOTHING
            GET /actuator/prometheus ADMIN
            GET /session NOTHING
            POST /session NOTHING
            DELETE /session NOTHING
            GET /models KEY
            GET /models/{name} KEY
            GET /models/{name}/mixture KEY
            PUT /models/{name}/aliases/{alias} ADMIN
            DELETE /models/{name}/aliases/{alias} ADMIN
            GET /solvers KEY
            GET /v1/models KEY
            GET /v1/models/{model} KEY
            POST /generate GENERATE
            POST /v1/images/generations GENERATE
            GET /jobs GENERATE
            GET /jobs/{id} GENERATE
            GET /jobs/{id}/events GENERATE
            GET /jobs/{id}/images/{file} GENERATE
            DELETE /jobs/{id} GENERATE
            GET /webhooks GENERATE
            POST /webhooks/{job}/retry GENERATE
            GET /experiments GENERATE
            POST /experiments ADMIN
            GET /experiments/{name} GENERATE
            PUT /experiments/{name} ADMIN
            POST /experiments/{name}/start ADMIN
            POST /experiments/{name}/stop ADMIN
            POST /experiments/{name}/decide ADMIN
            GET /experiments/{name}/report GENERATE
            GET /experiments/{name}/metrics GENERATE
            GET /experiments/{name}/pairs GENERATE
            POST /experiments/{name}/pairs GENERATE
            GET /experiments/{name}/ballot GENERATE
            POST /experiments/{name}/votes GENERATE
            POST /experiments/{name}/observations GENERATE
            PUT /experiments/{name}/arms/{arm}/measures/{metric} ADMIN
            GET /operations ADMIN
            GET /training-runs TRAIN
            POST /training-runs TRAIN
            GET /training-runs/{id} TRAIN
            DELETE /training-runs/{id} TRAIN
            GET /training-runs/{id}/events TRAIN
            GET /training-runs/{id}/progress TRAIN
            GET /training-runs/{id}/report TRAIN
            GET /training-runs/{id}/sheets/{file} TRAIN
            POST /training-runs/{id}/pause TRAIN
            POST /training-runs/{id}/resume TRAIN
            GET /nothing/is/here KEY
            """.split("\n")).map(line -> line.split(" "))
            .map(parts -> new Row(parts[0], parts[1], Needs.valueOf(parts[2]))).toList();

    private String key(String name, Role... roles) {
        KeySecret secret = KeySecret.random();
        store.put(new ApiKey(secret.id(), name, Set.of(roles), KeyLimits.NONE, secret.hash(),
                KeySecret.randomWebhookSecret(), Instant.now(), null, null));
        return secret.text();
    }

    @BeforeEach
    void makeKeys() {
        if (keys.isEmpty()) {
            EnumSet.allOf(Role.class).forEach(role -> keys.put(role, key(role.wire(), role)));
            other = key("other", Role.GENERATE, Role.TRAIN);
            JsonNode made = json(generate(REQUEST, headers -> headers.setBearerAuth(keys.get(Role.GENERATE))), 200);
            job = made.path("id").asString();
        }
    }

    private int status(Row row, String key) {
        WebTestClient.RequestBodySpec request = client.method(HttpMethod.valueOf(row.method()))
                .uri(row.path().replaceAll("\\{[^}]*}", "none"));
        if (!key.isEmpty()) {
            request.header("Authorization", "Bearer " + key);
        }
        return request.contentType(MediaType.APPLICATION_JSON).bodyValue("{}").exchange().expectBody().returnResult()
                .getStatus().value();
    }

    @TestFactory
    Stream<DynamicTest> shouldLetIn() {
        makeKeysOnce();
        var tests = new ArrayList<DynamicTest>();
        for (Row row : TABLE) {
            tests.add(DynamicTest.dynamicTest(row + " without a key", () -> {
                if (row.needs() == Needs.NOTHING) {
                    assertThat(status(row, "")).isNotIn(401, 403);
                } else {
                    assertThat(status(row, "")).isEqualTo(401);
                }
            }));
            for (String wrong : List.of("wrong", KeySecret.random().text(), keys.get(Role.ADMIN) + "x",
                    CONFIGURED + "x")) {
                tests.add(DynamicTest.dynamicTest(row + " with a wrong key", () -> {
                    if (row.needs() == Needs.NOTHING) {
                        assertThat(status(row, wrong)).isNotIn(401, 403);
                    } else {
                        assertThat(status(row, wrong)).isEqualTo(401);
                    }
                }));
            }
            for (Role role : Role.values()) {
                tests.add(DynamicTest.dynamicTest(row + " as " + role.wire(), () -> {
                    if (row.needs().has(role)) {
                        assertThat(status(row, keys.get(role))).isNotIn(401, 403);
                    } else {
                        assertThat(status(row, keys.get(role))).isEqualTo(403);
                    }
                }));
            }
            tests.add(DynamicTest.dynamicTest(row + " with the configured key",
                    () -> assertThat(status(row, CONFIGURED)).isNotIn(401, 403)));
        }
        return tests.stream();
    }

    private void makeKeysOnce() {
        connect();
        makeKeys();
    }

    @Test
    void shouldHaveEveryAddressInTheTable() {
        Set<String> known = TABLE.stream().map(Row::toString).collect(Collectors.toSet());
        Set<String> mapped = new TreeSet<>();
        mappings.stream().flatMap(mapping -> mapping.getHandlerMethods().keySet().stream())
                .forEach(info -> info.getPatternsCondition().getPatterns().forEach(path -> info.getMethodsCondition()
                        .getMethods().forEach(method -> mapped.add(method + " " + path.getPatternString()))));
        mapped.removeIf(address -> address.contains("/v3/api-docs") || address.contains("/swagger-ui")
                || address.contains("/actuator"));
        assertThat(mapped).isNotEmpty();
        assertThat(known).containsAll(mapped);
    }

    private JsonNode get(String path, String key, int status) {
        return json(client.get().uri(path).headers(headers -> headers.setBearerAuth(key)), status);
    }

    @Test
    void shouldShowAJobToItsKeyAndToAdministrators() {
        String own = keys.get(Role.GENERATE);
        for (String path : List.of("/jobs/" + job, "/jobs/" + job + "/images/0.npy", "/jobs/" + job + "/events")) {
            client.get().uri(path).headers(headers -> headers.setBearerAuth(own)).exchange().expectStatus().isOk();
            client.get().uri(path).headers(headers -> headers.setBearerAuth(keys.get(Role.ADMIN))).exchange()
                    .expectStatus().isOk();
            // Nobody is told that there is one.
            assertThat(get(path, other, 404).path("code").asString()).isEqualTo("unknown_job");
        }
        assertThat(json(client.delete().uri("/jobs/" + job).headers(headers -> headers.setBearerAuth(other)), 404)
                .path("code").asString()).isEqualTo("unknown_job");
        assertThat(get("/jobs", own, 200).path("jobs").size()).isGreaterThanOrEqualTo(1);
        assertThat(get("/jobs", key("nobody", Role.GENERATE), 200).path("jobs").size()).isZero();
        assertThat(get("/jobs", keys.get(Role.ADMIN), 200).path("jobs").size()).isGreaterThanOrEqualTo(1);
        assertThat(get("/jobs/" + job, own, 200).path("owner").asString()).isEqualTo(own.substring(3, 13));
    }

    @Test
    void shouldKeepIdempotencyKeysApart() {
        String first = json(generate(REQUEST, headers -> {
            headers.setBearerAuth(keys.get(Role.GENERATE));
            headers.set("Idempotency-Key", "mine");
        }), 200).path("id").asString();
        String second = json(generate("{\"model\":\"stripes\",\"label\":\"columns\"}", headers -> {
            headers.setBearerAuth(other);
            headers.set("Idempotency-Key", "mine");
        }), 200).path("id").asString();
        assertThat(second).isNotEqualTo(first);
    }

    @Test
    void shouldBelieveARevokedKeyNoMore() throws InterruptedException {
        String key = key("short", Role.GENERATE);
        ApiKey stored = store.find(key.substring(3, 13)).orElseThrow();
        get("/solvers", key, 200);
        store.put(stored.revoked(Instant.now()));
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (status(new Row("GET", "/solvers", Needs.KEY), key) != 401) {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.sleep(100);
        }
        KeySecret past = KeySecret.random();
        store.put(new ApiKey(past.id(), "past", Set.of(Role.ADMIN), KeyLimits.NONE, past.hash(),
                KeySecret.randomWebhookSecret(), Instant.now(), Instant.now(), null));
        assertThat(get("/solvers", past.text(), 401).path("code").asString()).isEqualTo("unauthenticated");
    }

    @Test
    void shouldCountWhatAKeyAsksFor() {
        KeySecret secret = KeySecret.random();
        store.put(new ApiKey(secret.id(), "few", Set.of(Role.GENERATE), new KeyLimits(2, 1), secret.hash(),
                KeySecret.randomWebhookSecret(), Instant.now(), null, null));
        worker.hold();
        String own = json(generate(REQUEST, headers -> {
            headers.setBearerAuth(secret.text());
            headers.set("Prefer", "respond-async");
        }), 202).path("id").asString();
        EntityExchangeResult<byte[]> crowded = generate(REQUEST, headers -> headers.setBearerAuth(secret.text()))
                .exchange().expectStatus().isEqualTo(429).expectHeader().exists("Retry-After").expectBody()
                .returnResult();
        assertThat(Json.MAPPER.readTree(crowded.getResponseBodyContent()).path("code").asString())
                .isEqualTo("too_many_jobs");
        worker.letGo();
        client.get().uri("/jobs/" + own + "/events").headers(headers -> headers.setBearerAuth(secret.text()))
                .exchange().expectBody().returnResult();
        EntityExchangeResult<byte[]> often = generate(REQUEST, headers -> headers.setBearerAuth(secret.text()))
                .exchange().expectStatus().isEqualTo(429).expectHeader().exists("retry-after-ms").expectBody()
                .returnResult();
        assertThat(Json.MAPPER.readTree(often.getResponseBodyContent()).path("code").asString())
                .isEqualTo("rate_limited");
    }

    @Test
    void shouldServeAKeyTheSameArmEveryTime() {
        String admin = keys.get(Role.ADMIN);
        String design = "{\"name\":\"by-key\",\"unit\":\"key\",\"arms\":[{\"name\":\"few\",\"model\":\"stripes\",\"steps\":2},"
                + "{\"name\":\"many\",\"model\":\"stripes\",\"steps\":4}],\"goal\":{\"metric\":\"totalMs\",\"difference\":100,"
                + "\"deviation\":200}}";
        for (String[] step : new String[][]{{"/experiments", design}, {"/experiments/by-key/start", "{}"}}) {
            client.post().uri(step[0]).contentType(MediaType.APPLICATION_JSON).bodyValue(step[1])
                    .headers(headers -> headers.setBearerAuth(admin)).exchange().expectStatus().is2xxSuccessful();
        }
        Set<String> arms = new TreeSet<>();
        for (int i = 0; i < 12; i++) {
            String key = key("unit" + i, Role.GENERATE);
            Set<String> own = new TreeSet<>();
            for (String subject : List.of("ada", "bob")) {
                own.add(json(generate("{\"experiment\":\"by-key\",\"label\":\"rows\",\"subject\":\"" + subject + "\"}",
                        headers -> headers.setBearerAuth(key)), 200).path("arm").asString());
            }
            assertThat(own).as("whatever the subject").hasSize(1);
            arms.addAll(own);
        }
        assertThat(arms).containsExactly("by-key@1/few", "by-key@1/many");
        JsonNode audit = get("/experiments/by-key", admin, 200).path("audit");
        assertThat(audit.get(0).path("by").asString()).as("who did it").isEqualTo("admin");
    }

    @Test
    void shouldSayAKeyOnceInABrowser() {
        assertThat(json(client.get().uri("/session"), 200).path("known").asBoolean()).isFalse();
        json(client.post().uri("/session").contentType(MediaType.APPLICATION_JSON).bodyValue("{\"key\":\"wrong\"}"),
                401);
        JsonNode refusal = json(client.post().uri("/session").contentType(MediaType.APPLICATION_JSON)
                .bodyValue("{\"key\":[\"" + CONFIGURED + "\"]}"), 400);
        assertThat(refusal.toString()).doesNotContain(CONFIGURED);
        EntityExchangeResult<byte[]> opened = client.post().uri("/session").contentType(MediaType.APPLICATION_JSON)
                .bodyValue("{\"key\":\"" + keys.get(Role.GENERATE) + "\"}").exchange().expectStatus().isOk()
                .expectBody().returnResult();
        String cookie = opened.getResponseHeaders().getFirst("Set-Cookie");
        assertThat(cookie).contains("HttpOnly", "SameSite=Strict", "Path=/");
        assertThat(new String(opened.getResponseBodyContent())).doesNotContain(keys.get(Role.GENERATE))
                .contains("generate");
        String said = cookie.substring(0, cookie.indexOf(';'));
        client.get().uri("/jobs").header("Cookie", said).exchange().expectStatus().isOk();
        assertThat(json(client.get().uri("/session").header("Cookie", said), 200).path("name").asString())
                .isEqualTo("generate");
        json(client.get().uri("/training-runs").header("Cookie", said), 403);
        // A page of somebody else cannot use it.
        assertThat(json(generate(REQUEST, headers -> {
            headers.set("Cookie", said);
            headers.set("Origin", "http://evil.example");
        }), 403).path("code").asString()).isEqualTo("foreign_origin");
        String closed = client.delete().uri("/session").header("Cookie", said).exchange().expectStatus().isNoContent()
                .expectBody().returnResult().getResponseHeaders().getFirst("Set-Cookie");
        assertThat(closed).contains("pathline_key=;", "Max-Age=0");
    }

    @Test
    void shouldTellBrowsersWhatNotToDo() {
        for (String path : List.of("/", "/page/main.js", "/nothing", "/models", "/v3/api-docs")) {
            client.get().uri(path).exchange().expectHeader().valueEquals("X-Content-Type-Options", "nosniff")
                    .expectHeader().valueEquals("X-Frame-Options", "DENY").expectHeader()
                    .valueMatches("Content-Security-Policy", "default-src 'none'; script-src 'self'; .*").expectHeader()
                    .doesNotExist("Strict-Transport-Security").expectHeader()
                    .doesNotExist("Access-Control-Allow-Origin");
        }
        client.get().uri("/models").exchange().expectHeader().valueMatches("WWW-Authenticate", "Bearer .*");
    }
}
