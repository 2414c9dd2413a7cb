package dev.pathline.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** How an operator sets {@code serve}: Spring's own names, logs for machines, the version. */
class ServeIT {

    private static final JsonMapper JSON = JsonMapper.shared();

    private static HttpResponse<String> ask(String method, String uri) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(URI.create(uri))
                    .method(method, HttpRequest.BodyPublishers.noBody()).build(), BodyHandlers.ofString());
        }
    }

    @Test
    void shouldTakeSpringsNamesAndLogForMachines() throws Exception {
        int port;
        try (var free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        String address = "http://localhost:" + port;
        try (PathlineProcess server = PathlineProcess.start(Map.of("SERVER_PORT", Integer.toString(port),
                "LOGGING_STRUCTURED_FORMAT_CONSOLE", "ecs"), "serve")) {
            server.awaitOutput("Pathline is ready");
            assertThat(server.output()).contains("Pathline is ready: " + address);

            JsonNode info = JSON.readTree(ask("GET", address + "/actuator/info").body());
            assertThat(info.at("/build/version").asString()).startsWith("0.1.0");
            assertThat(JSON.readTree(ask("GET", address + "/actuator/health/readiness").body())
                    .at("/components/workers/details/doing").isObject()).as("what the page shows while it waits")
                    .isTrue();
            assertThat(ask("HEAD", address + "/").statusCode()).isEqualTo(200);
            HttpResponse<String> job = generate(address);
            assertThat(job.statusCode()).as(job.body()).isEqualTo(200);
            String metrics = ask("GET", address + "/actuator/prometheus").body();
            assertThat(metrics).contains(
                    "pathline_jobs_ended_total{code=\"none\",model=\"gaussian-2d@1\",outcome=\"succeeded\"}",
                    "pathline_job_duration_seconds_bucket", "http_server_requests_seconds_bucket");

            server.terminate();
            assertThat(server.await()).isEqualTo(143);
            // Every line is for machines, but for the one that a person waits for.
            List<String> lines = server.output().lines().filter(line -> !line.startsWith("Pathline is ready")).toList();
            assertThat(lines).isNotEmpty().allSatisfy(line -> assertThat(line).startsWith("{\"@timestamp\""));
            assertThat(lines).noneSatisfy(line -> assertThat(line).contains("\"WARN\""));
            JsonNode end = lines.stream().filter(line -> line.contains("\"outcome\"")).map(JSON::readTree).findFirst()
                    .orElseThrow();
            assertThat(end.toString()).contains("gaussian-2d@1", "succeeded");
        }
    }

    private static HttpResponse<String> generate(String address) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(URI.create(address + "/generate"))
                    .header("content-type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString("{\"model\":\"gaussian-2d\",\"steps\":2}")).build(),
                    BodyHandlers.ofString());
        }
    }
}
