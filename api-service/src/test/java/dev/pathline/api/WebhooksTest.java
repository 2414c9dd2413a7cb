package dev.pathline.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.pathline.common.access.KeySecret;
import dev.pathline.common.wire.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.test.context.TestPropertySource;
import tools.jackson.databind.JsonNode;

/** Webhooks to a receiver that is there, fails, is slow or leads elsewhere. */
@TestPropertySource(properties = {"pathline.api.webhooks.secret=whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "pathline.api.webhooks.allow-private=true", "pathline.api.webhooks.retries=50ms,100ms",
    "pathline.api.webhooks.send-every=50ms", "pathline.api.webhooks.timeout=1s"})
class WebhooksTest extends ApiTestBase {

    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private final BlockingQueue<Received> received = new LinkedBlockingQueue<>();
    private final Deque<Integer> answers = new ConcurrentLinkedDeque<>();
    private HttpServer receiver;

    private record Received(String path, Map<String, String> headers, String body) {

        JsonNode json() {
            return Json.MAPPER.readTree(body);
        }
    }

    @BeforeEach
    void listen() throws IOException {
        receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        receiver.createContext("/", this::hear);
        receiver.start();
    }

    @AfterEach
    void stop() {
        receiver.stop(0);
    }

    private void hear(HttpExchange exchange) throws IOException {
        Map<String, String> headers = new java.util.TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.getFirst()));
        received.add(new Received(exchange.getRequestURI().getPath(), headers,
                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
        Integer status = answers.poll();
        if (status != null && status == 0) {
            return; // never answers
        }
        exchange.getResponseHeaders().set("Location", "http://localhost:" + receiver.getAddress().getPort() + "/other");
        exchange.sendResponseHeaders(status == null ? 204 : status, -1);
        exchange.close();
    }

    private String with(String webhook) {
        return "{\"model\":\"stripes\",\"label\":\"rows\",\"seed\":7,\"webhook\":" + webhook + "}";
    }

    private String url() {
        return "http://localhost:" + receiver.getAddress().getPort() + "/told";
    }

    private Received next() throws InterruptedException {
        return received.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private JsonNode delivery(String job, Predicate<JsonNode> condition) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            for (JsonNode webhook : json(client.get().uri("/webhooks"), 200).path("webhooks")) {
                if (webhook.path("job").asString().equals(job) && condition.test(webhook)) {
                    return webhook;
                }
            }
            assertThat(System.nanoTime()).as("in time").isLessThan(end);
            Thread.sleep(20);
        }
    }

    private static JsonNode state(JsonNode webhook) {
        return webhook.path("state");
    }

    private static String signature(Received message) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(Base64.getDecoder().decode(SECRET.substring(6)), "HmacSHA256"));
        return "v1," + Base64.getEncoder().encodeToString(mac.doFinal((message.headers().get("webhook-id") + "."
                + message.headers().get("webhook-timestamp") + "." + message.body()).getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void shouldTellWhenAJobHasEnded() throws Exception {
        String job = json(generate(with("{\"url\":\"" + url() + "\"}")), 200).path("id").asString();
        Received message = next();
        assertThat(message.path()).isEqualTo("/told");
        assertThat(message.json().path("type").asString()).isEqualTo("job.succeeded");
        assertThat(message.json().path("data").path("id").asString()).isEqualTo(job);
        assertThat(message.json().path("data").path("images").get(0).path("url").asString())
                .isEqualTo("/jobs/" + job + "/images/0.png");
        assertThat(message.headers().get("webhook-id")).isEqualTo(job);
        assertThat(message.headers().get("content-type")).isEqualTo("application/json");
        assertThat(message.headers().get("webhook-signature")).isEqualTo(signature(message));
        assertThat(Instant.ofEpochSecond(Long.parseLong(message.headers().get("webhook-timestamp"))))
                .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(1));
        assertThat(delivery(job, webhook -> state(webhook).asString().equals("delivered")).path("attempts").asInt())
                .isOne();
    }

    @Test
    void shouldTellOnlyOfTheEndsThatWereAskedFor() throws Exception {
        json(generate(with("{\"url\":\"" + url() + "\",\"events\":[\"failed\",\"cancelled\"]}")), 200);
        worker.hold();
        String cancelled = start(with("{\"url\":\"" + url() + "\",\"events\":[\"cancelled\"]}"));
        json(client.delete().uri("/jobs/" + cancelled), 200);
        Received message = next();
        assertThat(message.json().path("type").asString()).isEqualTo("job.cancelled");
        assertThat(message.json().path("data").path("id").asString()).isEqualTo(cancelled);
        worker.letGo();
    }

    @Test
    void shouldTryAgainUntilItIsHeardOrDead() throws Exception {
        answers.add(500);
        answers.add(0);
        String heard = json(generate(with("{\"url\":\"" + url() + "\"}")), 200).path("id").asString();
        assertThat(delivery(heard, webhook -> state(webhook).asString().equals("delivered")).path("attempts").asInt())
                .isEqualTo(3);
        assertThat(received).hasSize(3).allSatisfy(message -> assertThat(message.headers().get("webhook-id"))
                .isEqualTo(heard));
        // What leads elsewhere is not followed.
        answers.addAll(java.util.List.of(307, 302, 301));
        String dead = json(generate(with("{\"url\":\"" + url() + "\"}")), 200).path("id").asString();
        JsonNode letter = delivery(dead, webhook -> state(webhook).asString().equals("dead"));
        assertThat(letter.path("error").asString()).isEqualTo("it answered 301");
        assertThat(received).noneMatch(message -> message.path().equals("/other"));
        assertThat(json(client.get().uri("/webhooks?state=dead"), 200).path("webhooks").get(0).path("job").asString())
                .isEqualTo(dead);
        assertThat(json(client.get().uri("/webhooks?state=gone"), 400).path("errors").get(0).path("field").asString())
                .isEqualTo("state");
        assertThat(json(client.post().uri("/webhooks/" + dead + "/retry"), 200).path("state").asString())
                .isEqualTo("pending");
        delivery(dead, webhook -> state(webhook).asString().equals("delivered"));
        assertThat(json(client.post().uri("/webhooks/" + dead + "/retry"), 404).path("code").asString())
                .isEqualTo("unknown_webhook");
    }

    @Test
    void shouldGiveUpWhereTheReceiverIsGone() throws Exception {
        answers.add(410);
        String job = json(generate(with("{\"url\":\"" + url() + "\"}")), 200).path("id").asString();
        assertThat(delivery(job, webhook -> state(webhook).asString().equals("dead")).path("attempts").asInt()).isOne();
    }

    @Test
    void shouldRefuseWhatIsNoAddress() {
        for (String webhook : new String[]{"7", "{}", "{\"url\":\"ftp://example.com\"}", "{\"url\":\"/told\"}",
            "{\"url\":\"https://me:secret@example.com\"}", "{\"url\":\"https://example.com/#x\"}",
            "{\"url\":\"https://exa mple.com\"}", "{\"url\":\"https://example.com\",\"events\":[]}",
            "{\"url\":\"https://example.com\",\"events\":[\"started\"]}",
            "{\"url\":\"https://example.com\",\"method\":\"GET\"}",
            "{\"url\":\"https://example.com/" + "x".repeat(2048) + "\"}"}) {
            JsonNode problem = json(generate(with(webhook)), 400);
            assertThat(problem.path("errors").get(0).path("field").asString()).as(webhook).startsWith("webhook");
        }
        assertThat(KeySecret.isWebhookSecret(SECRET)).isTrue();
    }
}
