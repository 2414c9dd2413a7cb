package dev.pathline.api;

import dev.pathline.common.wire.Json;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.test.web.reactive.server.WebTestClient;
import reactor.core.publisher.Flux;
import tools.jackson.databind.JsonNode;

/** A running server with a real worker. */
@SpringBootTest(classes = TestApplication.class, webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "spring.config.import=classpath:pathline-api.yml", "pathline.api.heartbeat=200ms",
            "pathline.api.keys.required=never"})
abstract class ApiTestBase {

    static final String REQUEST = "{\"model\":\"stripes\",\"label\":\"rows\",\"seed\":7}";
    static final Duration PATIENCE = Duration.ofSeconds(20);

    @LocalServerPort
    int port;

    @Autowired
    MixtureWorker worker;

    WebTestClient client;

    @BeforeEach
    void connect() {
        client = WebTestClient.bindToServer().baseUrl("http://localhost:" + port).responseTimeout(PATIENCE).build();
    }

    @AfterEach
    void letTheWorkerGo() {
        worker.report();
        worker.letGo();
    }

    WebTestClient.RequestHeadersSpec<?> generate(String body) {
        return client.post().uri("/generate").contentType(MediaType.APPLICATION_JSON).bodyValue(body);
    }

    WebTestClient.RequestHeadersSpec<?> generate(String body, Consumer<HttpHeaders> headers) {
        return generate(body).headers(headers);
    }

    JsonNode json(WebTestClient.RequestHeadersSpec<?> request, int status) {
        byte[] body = request.exchange().expectStatus().isEqualTo(status).expectBody().returnResult()
                .getResponseBodyContent();
        return Json.MAPPER.readTree(body);
    }

    /** A job that is accepted without waiting; returns its id. */
    String start(String body) {
        return json(generate(body, headers -> headers.set("Prefer", "respond-async")), 202).path("id").asString();
    }

    Flux<ServerSentEvent<String>> events(WebTestClient.RequestHeadersSpec<?> request) {
        return request.exchange().expectStatus().isOk().expectHeader()
                .contentTypeCompatibleWith(MediaType.TEXT_EVENT_STREAM)
                .returnResult(new ParameterizedTypeReference<ServerSentEvent<String>>() {
                }).getResponseBody();
    }
}
