package dev.pathline.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.reactive.function.client.WebClient;

/** The order to stop, while clients wait. */
@ExtendWith(OutputCaptureExtension.class)
class ClosingTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private ConfigurableApplicationContext context;
    private MixtureWorker worker;
    private WebClient client;

    @BeforeEach
    void start() {
        context = new SpringApplicationBuilder(TestApplication.class).properties(
                "spring.config.import=classpath:pathline-api.yml", "server.port=0",
                "server.shutdown=graceful", "spring.lifecycle.timeout-per-shutdown-phase=10s")
                .run("--pathline.api.keys.required=never");
        worker = context.getBean(MixtureWorker.class);
        int port = Objects.requireNonNull(((WebServerApplicationContext) context).getWebServer()).getPort();
        client = WebClient.create("http://localhost:" + port);
    }

    @AfterEach
    void stop() {
        worker.letGo();
        context.close();
    }

    private WebClient.RequestHeadersSpec<?> generate() {
        return client.post().uri("/generate").contentType(MediaType.APPLICATION_JSON).bodyValue(ApiTestBase.REQUEST);
    }

    private CompletableFuture<ResponseEntity<String>> waiting(MediaType accept) {
        return generate().accept(accept).exchangeToMono(answer -> answer.toEntity(String.class)).toFuture();
    }

    private CompletableFuture<List<ServerSentEvent<String>>> stream() {
        return generate().accept(MediaType.TEXT_EVENT_STREAM).retrieve()
                .bodyToFlux(new ParameterizedTypeReference<ServerSentEvent<String>>() {
                }).filter(event -> event.event() != null).collectList().toFuture();
    }

    private void awaitJobs(String state, int count) {
        await().until(() -> Objects.requireNonNull(client.get().uri("/jobs?state=" + state).retrieve()
                .bodyToMono(String.class).block(PATIENCE)).split("\"createdAt\"", -1).length - 1 == count);
    }

    @Test
    void shouldAnswerEverybodyWhoWaits(CapturedOutput output) throws Exception {
        worker.hold();
        CompletableFuture<List<ServerSentEvent<String>>> running = stream();
        awaitJobs("running", 1);
        CompletableFuture<ResponseEntity<String>> json = waiting(MediaType.APPLICATION_JSON);
        awaitJobs("queued", 1);
        CompletableFuture<ResponseEntity<String>> png = waiting(MediaType.IMAGE_PNG);
        awaitJobs("queued", 2);
        CompletableFuture<List<ServerSentEvent<String>>> queued = stream();
        awaitJobs("queued", 3);

        CompletableFuture<Void> closed = CompletableFuture.runAsync(context::close);

        for (CompletableFuture<ResponseEntity<String>> answer : List.of(json, png)) {
            ResponseEntity<String> refused = answer.get(20, TimeUnit.SECONDS);
            assertThat(refused.getStatusCode().value()).isEqualTo(503);
            assertThat(refused.getBody()).contains("\"code\":\"shutting_down\"");
            assertThat(refused.getHeaders().getFirst("Retry-After")).isNotNull();
        }
        for (CompletableFuture<List<ServerSentEvent<String>>> events : List.of(queued, running)) {
            ServerSentEvent<String> last = events.get(20, TimeUnit.SECONDS).getLast();
            assertThat(last.event()).isEqualTo("failed");
            assertThat(last.data()).contains("shutting_down", "\"retryable\":true");
        }
        closed.get(20, TimeUnit.SECONDS);
        assertThat(output.toString()).contains("stopping: 1 job(s) run").contains("3 wait").doesNotContain("ERROR");
    }

    @Test
    void shouldLetARunningJobEndAndRefuseNewOnes() throws Exception {
        var gate = worker.hold();
        CompletableFuture<List<ServerSentEvent<String>>> running = stream();
        awaitJobs("running", 1);

        CompletableFuture<Void> closed = CompletableFuture.runAsync(context::close);
        await().untilAsserted(() -> assertThat(waiting(MediaType.APPLICATION_JSON).get(20, TimeUnit.SECONDS))
                .satisfies(answer -> {
                    assertThat(answer.getStatusCode().value()).isEqualTo(503);
                    assertThat(answer.getBody()).contains("shutting_down");
                }));
        gate.release(1000);

        assertThat(running.get(20, TimeUnit.SECONDS).getLast().event()).isEqualTo("succeeded");
        closed.get(20, TimeUnit.SECONDS);
    }
}
