package dev.pathline.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pathline.common.port.BlobStore;
import dev.pathline.common.port.EventLog;
import dev.pathline.common.port.JobStore;
import dev.pathline.common.port.PortUnavailableException;
import dev.pathline.common.port.WorkerLiveness;
import dev.pathline.common.testing.Between;
import dev.pathline.common.wire.Json;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.test.web.reactive.server.EntityExchangeResult;
import tools.jackson.databind.JsonNode;

/** Whatever is away for a moment, at whichever call: nothing is lost, and a client hears what to do. */
@Import(PortFaultsTest.Ports.class)
class PortFaultsTest extends ApiTestBase {

    /** What is away, a method of a port, and at which call; the worker is spared. */
    private static volatile String away = "";
    private static final AtomicInteger LEFT = new AtomicInteger();
    /** Whether the call is done, and only its answer is lost. */
    private static volatile boolean lost;

    /** Puts something between the service and its ports. */
    static class Ports {

        private static final List<Class<?>> TYPES = List.of(JobStore.class, EventLog.class,
                BlobStore.class, WorkerLiveness.class);

        @Bean
        static BeanPostProcessor faults() {
            return new BeanPostProcessor() {
                @Override
                public Object postProcessAfterInitialization(Object bean, String name) {
                    return TYPES.stream().filter(type -> type.isInstance(bean)).findFirst()
                            .map(type -> between(type, bean)).orElse(bean);
                }
            };
        }

        private static Object between(Class<?> type, Object bean) {
            return Between.port(type, bean, (method, _) -> fault(method, false), (method, _) -> fault(method, true));
        }

        private static void fault(String method, boolean answer) {
            if (method.equals(away) && answer == lost && !Thread.currentThread().getName().equals("mixture-worker")
                    && LEFT.getAndDecrement() == 1) {
                throw new PortUnavailableException("injected", new IOException("refused"));
            }
        }
    }

    private static void inject(String method, int call, boolean answer) {
        lost = answer;
        LEFT.set(call);
        away = method;
    }

    @AfterEach
    void mend() {
        away = "";
    }

    private JsonNode awaitEnd(String id) {
        mend();
        await().atMost(PATIENCE).until(() -> !List.of("queued", "running")
                .contains(json(client.get().uri("/jobs/" + id), 200).path("state").asString()));
        return json(client.get().uri("/jobs/" + id), 200);
    }

    static Stream<Arguments> faults() {
        return Stream
                .of("create", "live", "append", "depth", "depthByModel", "find", "read", "get", "newestStep", "place",
                        "overdue", "removeEnded", "list", "deleteAll", "delete")
                .flatMap(
                        method -> IntStream.rangeClosed(1, 3).boxed().flatMap(call -> Stream.of(
                                Arguments.of(method, call, false), Arguments.of(method, call, true))));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void shouldAnswerWithTheImagesOrSayWhenToTryAgain(String method, int call, boolean done) {
        String key = UUID.randomUUID().toString();
        inject(method, call, done);
        EntityExchangeResult<byte[]> answer = generate(REQUEST, headers -> headers.set("Idempotency-Key", key))
                .exchange().expectBody().returnResult();
        byte[] body = answer.getResponseBodyContent();
        if (answer.getStatus().value() != 200) {
            assertThat(answer.getStatus().value()).as(new String(body)).isEqualTo(503);
            assertThat(Json.MAPPER.readTree(body).path("code").asString()).isEqualTo("store_unavailable");
            assertThat(answer.getResponseHeaders().getFirst("Retry-After")).isNotNull();
        }
        mend();

        JsonNode again = json(generate(REQUEST, headers -> headers.set("Idempotency-Key", key)), 200);
        assertThat(again.path("images").get(0).path("data").asString()).isNotEmpty();
        assertThat(json(client.get().uri("/jobs?state=queued"), 200).path("jobs")).isEmpty();
        assertThat(json(client.get().uri("/jobs?state=running"), 200).path("jobs")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"find, false", "compareAndSet, false", "compareAndSet, true", "append, false", "append, true"})
    void shouldCancelOrSayThatItCouldNot(String method, boolean answer) {
        worker.hold();
        String id = start(REQUEST);
        inject(method, 1, answer);
        int status = client.delete().uri("/jobs/" + id).exchange().expectBody().returnResult().getStatus().value();
        assertThat(status).isIn(200, 503);
        if (status == 503) {
            mend();
            client.delete().uri("/jobs/" + id).exchange().expectStatus().isOk();
        }
        worker.letGo();
        assertThat(awaitEnd(id).path("state").asString()).isEqualTo("cancelled");
    }

    @Test
    void shouldRunAJobOfWhichNobodyWasTold() {
        inject("append", 1, false);
        String id = start(REQUEST);
        assertThat(awaitEnd(id).path("state").asString()).isEqualTo("succeeded");
        assertThat(events(client.get().uri("/jobs/" + id + "/events")).collectList().block(PATIENCE)).last()
                .satisfies(event -> assertThat(event.event()).isEqualTo("succeeded"));
    }
}
