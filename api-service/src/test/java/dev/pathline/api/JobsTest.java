package dev.pathline.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
import reactor.core.Disposable;
import tools.jackson.databind.JsonNode;

class JobsTest extends ApiTestBase {

    @Test
    void shouldCancelARunningJobOnce() {
        Semaphore gate = worker.hold();
        String id = start(REQUEST);
        gate.release(2);
        JsonNode cancelled = json(client.delete().uri("/jobs/" + id), 200);
        assertThat(cancelled.path("state").asString()).isEqualTo("cancelled");
        assertThat(json(client.delete().uri("/jobs/" + id), 200).path("state").asString()).isEqualTo("cancelled");
        worker.letGo();
        List<ServerSentEvent<String>> events = events(client.get().uri("/jobs/" + id + "/events"))
                .filter(event -> event.event() != null).collectList().block(PATIENCE);
        assertThat(events).last().extracting(ServerSentEvent::event).isEqualTo("cancelled");
        assertThat(events.stream().filter(event -> event.event().equals("cancelled"))).hasSize(1);
        assertThat(json(client.get().uri("/jobs/" + id + "/images/0.png"), 404).path("code").asString())
                .isEqualTo("unknown_image");
    }

    @Test
    void shouldCancelTheJobOfAClosedStream() throws Exception {
        assertThat(stateAfterClose(REQUEST, MediaType.TEXT_EVENT_STREAM)).isEqualTo("cancelled");
    }

    @Test
    void shouldCancelTheJobOfAClosedRequestThatWaits() throws Exception {
        assertThat(stateAfterClose(REQUEST, MediaType.APPLICATION_JSON)).isEqualTo("cancelled");
    }

    @Test
    void shouldFinishADetachedJobAfterItsConnectionClosed() throws Exception {
        assertThat(stateAfterClose("{\"model\":\"stripes\",\"detach\":true}", MediaType.TEXT_EVENT_STREAM))
                .isEqualTo("succeeded");
    }

    /** Opens a connection, closes it while the job runs, and returns how the job ended. */
    private String stateAfterClose(String body, MediaType accept) throws InterruptedException {
        String before = newestId();
        Semaphore gate = worker.hold();
        CountDownLatch closed = new CountDownLatch(1);
        Disposable connection = org.springframework.web.reactive.function.client.WebClient
                .create("http://localhost:" + port).post().uri("/generate").contentType(MediaType.APPLICATION_JSON)
                .accept(accept).bodyValue(body).retrieve().bodyToFlux(String.class)
                .doFinally(signal -> closed.countDown()).subscribe(event -> {
                }, error -> {
                });
        String id = awaitNewJob(before);
        gate.release(1);
        List<String> ends = new ArrayList<>();
        CountDownLatch ended = new CountDownLatch(1);
        Disposable watcher = events(client.get().uri("/jobs/" + id + "/events")).filter(event -> event.event() != null)
                .doOnNext(event -> {
                    if (event.event().equals("step") && !connection.isDisposed()) {
                        connection.dispose();
                        // A detached job goes on; another stays held until it hears that it is cancelled.
                        if (body.contains("detach")) {
                            worker.letGo();
                        }
                    }
                    ends.add(event.event());
                }).doFinally(signal -> ended.countDown()).subscribe();
        assertThat(ended.await(20, TimeUnit.SECONDS)).isTrue();
        watcher.dispose();
        return ends.getLast();
    }

    private String newestId() {
        return json(client.get().uri("/jobs?limit=1"), 200).path("jobs").path(0).path("id").asString("");
    }

    private String awaitNewJob(String before) {
        String id = newestId();
        while (id.equals(before)) {
            id = newestId();
        }
        return id;
    }

    @Test
    void shouldRefuseWhenTheQueueIsFull() {
        worker.hold();
        List<String> started = new ArrayList<>();
        started.add(start(REQUEST));
        while (!json(client.get().uri("/jobs/" + started.getFirst()), 200).path("state").asString().equals("running")) {
            Thread.onSpinWait();
        }
        for (int i = 0; i < TestApplication.QUEUE_CAPACITY; i++) {
            started.add(start(REQUEST));
        }
        JsonNode last = json(client.get().uri("/jobs/" + started.getLast()), 200);
        assertThat(last.path("position").asInt()).isEqualTo(TestApplication.QUEUE_CAPACITY);
        assertThat(last.path("etaMs").asInt()).isEqualTo(48);
        generate(REQUEST).exchange().expectStatus().isEqualTo(429).expectHeader().valueEquals("Retry-After", "1")
                .expectHeader().valueEquals("retry-after-ms", "12").expectBody().jsonPath("$.code")
                .isEqualTo("queue_full").jsonPath("$.error.type").isEqualTo("rate_limit_error");
        started.forEach(id -> client.delete().uri("/jobs/" + id).exchange().expectStatus().isOk());
    }

    @Test
    void shouldListPageByPage() {
        String a = json(generate(REQUEST), 200).path("id").asString();
        String b = json(generate(REQUEST), 200).path("id").asString();
        JsonNode page = json(client.get().uri("/jobs?limit=1&state=succeeded&model=stripes"), 200);
        assertThat(page.path("jobs").path(0).path("id").asString()).isEqualTo(b);
        JsonNode next = json(client.get().uri("/jobs?limit=1&state=succeeded&cursor="
                + page.path("nextCursor").asString()), 200);
        assertThat(next.path("jobs").path(0).path("id").asString()).isEqualTo(a);
        assertThat(json(client.get().uri("/jobs?model=nobody"), 200).path("jobs")).isEmpty();
        assertThat(json(client.get().uri("/jobs?state=done"), 400).path("errors").path(0).path("message").asString())
                .contains("queued, running, succeeded");
        assertThat(json(client.get().uri("/jobs?limit=0"), 400).path("errors").path(0).path("field").asString())
                .isEqualTo("limit");
    }

    @Test
    void shouldListByMetadataAndTime() {
        String body = "{\"model\":\"stripes\",\"label\":\"rows\",\"metadata\":{\"team\":\"a&b\",\"run\":\"%s\"}}";
        JsonNode first = json(generate(body.formatted("1")), 200);
        JsonNode second = json(generate(body.formatted("2")), 200);
        assertThat(ids("/jobs?metadata.team=a%26b&metadata.run=1")).containsExactly(first.path("id").asString());
        assertThat(ids("/jobs?metadata.team=a%26b")).containsExactly(second.path("id").asString(),
                first.path("id").asString());
        assertThat(ids("/jobs?metadata.team=A%26b")).isEmpty();
        String time = second.path("createdAt").asString();
        assertThat(ids("/jobs?metadata.team=a%26b&since=" + time)).containsExactly(second.path("id").asString());
        assertThat(ids("/jobs?metadata.team=a%26b&before=" + time)).containsExactly(first.path("id").asString());
        assertThat(ids("/jobs?since=2099-01-01T00:00:00%2B01:00")).isEmpty();
        for (String wrong : List.of("since=yesterday", "since=%2B999999999-01-01T00:00:00Z",
                "before=1969-01-01T00:00:00Z", "before=2026", "metadata.a=1&metadata.a=2")) {
            json(client.get().uri("/jobs?" + wrong), 400);
        }
    }

    private List<String> ids(String uri) {
        return json(client.get().uri(java.net.URI.create("http://localhost:" + port + uri)), 200).path("jobs")
                .valueStream().map(job -> job.path("id").asString()).toList();
    }

    @Test
    void shouldNotSendAnImageAgainThatABrowserHas() {
        String job = json(generate(REQUEST), 200).path("id").asString();
        String tag = client.get().uri("/jobs/" + job + "/images/0.png").exchange().expectStatus().isOk().expectHeader()
                .valueMatches("Cache-Control", ".*immutable.*").expectBody().returnResult().getResponseHeaders()
                .getETag();
        client.get().uri("/jobs/" + job + "/images/0.png").header("If-None-Match", tag).exchange().expectStatus()
                .isNotModified().expectBody().isEmpty();
    }
}
