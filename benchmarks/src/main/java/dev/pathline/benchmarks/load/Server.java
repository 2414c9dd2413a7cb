package dev.pathline.benchmarks.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A server under load. Safe for use by many threads. */
public final class Server {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final URI address;
    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** A server at an address such as {@code http://localhost:8080}. */
    public Server(URI address) {
        this.address = address;
    }

    /**
     * What became of a request.
     *
     * @param job the answer
     * @param millis from the first byte sent to the last received
     */
    public record Answer(JsonNode job, double millis) {

        /** Returns rows of network evaluation that it cost; what a peer does not tell counts as none. */
        public long rows() {
            return job.path("rows").asLong(0);
        }
    }

    /**
     * Generates, and waits for the images.
     *
     * @throws IllegalStateException if the server refuses or fails
     */
    public Answer generate(String body) {
        long start = System.nanoTime();
        String answer = send(HttpRequest.newBuilder(address.resolve("/generate")).timeout(PATIENCE)
                .header("content-type", "application/json").POST(HttpRequest.BodyPublishers.ofString(body)).build());
        return new Answer(JSON.readTree(answer), (System.nanoTime() - start) / 1e6);
    }

    /** Starts a job, and returns its id. */
    public String start(String body) {
        return JSON.readTree(send(HttpRequest.newBuilder(address.resolve("/generate")).timeout(PATIENCE)
                .header("content-type", "application/json").header("prefer", "respond-async")
                .POST(HttpRequest.BodyPublishers.ofString(body)).build())).path("id").asString();
    }

    /** Returns what stands at an address. */
    public JsonNode get(String path) {
        return JSON.readTree(send(HttpRequest.newBuilder(address.resolve(path)).timeout(PATIENCE).build()));
    }

    /** Sends JSON, and returns the answer. */
    public JsonNode post(String path, String body) {
        return JSON.readTree(send(HttpRequest.newBuilder(address.resolve(path)).timeout(PATIENCE)
                .header("content-type", "application/json").POST(HttpRequest.BodyPublishers.ofString(body)).build()));
    }

    /** Cancels a job. */
    public void cancel(String id) {
        send(HttpRequest.newBuilder(address.resolve("/jobs/" + id)).DELETE().build());
    }

    /** Returns a job. */
    public JsonNode job(String id) {
        return get("/jobs/" + id);
    }

    /** Returns the sum of a meter over its tags, as Prometheus reads it. */
    public double meter(String name, String... labels) {
        String page = send(HttpRequest.newBuilder(address.resolve("/actuator/prometheus")).build());
        Matcher lines = Pattern.compile("(?m)^" + Pattern.quote(name) + "(\\{[^}]*\\})? (\\S+)").matcher(page);
        double sum = 0;
        while (lines.find()) {
            String tags = lines.group(1) == null ? "" : lines.group(1);
            boolean wanted = true;
            for (String label : labels) {
                wanted &= tags.contains(label);
            }
            double value = Double.parseDouble(lines.group(2));
            sum += wanted && !Double.isNaN(value) ? value : 0;
        }
        return sum;
    }

    private String send(HttpRequest request) {
        try {
            HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
            if (response.statusCode() >= 300) {
                throw new IllegalStateException(
                        request.method() + " " + request.uri() + ": " + response.statusCode() + " "
                                + response.body());
            }
            return response.body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
