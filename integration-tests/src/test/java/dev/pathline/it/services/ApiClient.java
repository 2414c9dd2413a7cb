package dev.pathline.it.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A client of several replicas, which asks the next one when one does not answer, as behind a load balancer. */
final class ApiClient implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofMinutes(5);
    static final Set<String> TERMINAL = Set.of("succeeded", "failed", "cancelled", "expired");

    private static final JsonMapper JSON = JsonMapper.shared();

    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5)).build();
    private final Supplier<List<String>> replicas;
    private final AtomicInteger turn = new AtomicInteger();

    ApiClient(List<ServiceProcess> replicas) {
        this(() -> replicas.stream().map(ServiceProcess::address).toList());
    }

    /**
     * @param replicas where those are that are asked now
     */
    ApiClient(Supplier<List<String>> replicas) {
        this.replicas = replicas;
    }

    /** The next replica. */
    String address() {
        List<String> now = replicas.get();
        return now.get(Math.floorMod(turn.getAndIncrement(), now.size()));
    }

    HttpRequest.Builder to(String address, String path) {
        return HttpRequest.newBuilder(URI.create(address + path)).header("content-type", "application/json")
                .timeout(Duration.ofSeconds(60));
    }

    HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
        return client.send(request, BodyHandlers.ofString());
    }

    HttpClient http() {
        return client;
    }

    /** Asks for images and does not wait for them; again with the same key until somebody has taken it. */
    String submit(String body) throws InterruptedException {
        String key = UUID.randomUUID().toString();
        while (true) {
            try {
                HttpResponse<String> answer = send(to(address(), "/generate").header("prefer", "respond-async")
                        .header("idempotency-key", key).POST(BodyPublishers.ofString(body)).build());
                if (answer.statusCode() == 202 || answer.statusCode() == 200) {
                    return JSON.readTree(answer.body()).path("id").asString();
                }
                assertThat(answer.statusCode()).as(answer.body()).isIn(429, 503);
            } catch (IOException e) {
                assertThat(e).isNotNull();
            }
            Thread.sleep(200);
        }
    }

    /** A job's answer from some replica. */
    JsonNode job(String id) throws InterruptedException {
        while (true) {
            try {
                HttpResponse<String> answer = send(to(address(), "/jobs/" + id).build());
                if (answer.statusCode() == 200) {
                    return JSON.readTree(answer.body());
                }
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
            } catch (IOException e) {
                assertThat(e).isNotNull();
            }
            Thread.sleep(200);
        }
    }

    String state(String id) throws InterruptedException {
        return job(id).path("state").asString();
    }

    void awaitEnd(String id) {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(100)).until(() -> TERMINAL.contains(state(id)));
    }

    byte[] image(String id, int index) throws IOException, InterruptedException {
        HttpResponse<byte[]> answer = client.send(to(address(), "/jobs/" + id + "/images/" + index + ".npy").build(),
                BodyHandlers.ofByteArray());
        assertThat(answer.statusCode()).as(new String(answer.body())).isEqualTo(200);
        return answer.body();
    }

    @Override
    public void close() {
        client.close();
    }
}
