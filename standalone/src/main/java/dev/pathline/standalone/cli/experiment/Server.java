package dev.pathline.standalone.cli.experiment;

import dev.pathline.common.wire.Json;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** The server that a command asks. */
final class Server {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final int NO_CONTENT = 204;
    private static final int NOT_FOUND = 404;
    private static final int LEAST_ERROR = 300;

    @Option(names = "--server", paramLabel = "URL", defaultValue = "${PATHLINE_URL:-http://localhost:8080}",
            description = "the server (default: http://localhost:8080; also PATHLINE_URL)")
    private String url = "http://localhost:8080";

    @Option(names = "--key", paramLabel = "KEY", defaultValue = "${PATHLINE_API_KEY}",
            description = "the API key, where the server asks for one (better PATHLINE_API_KEY, which nobody else on the machine sees)")
    private @Nullable String key;

    /** Kept open from request to request; a command's process ends it. */
    private @Nullable HttpClient client;

    /** Returns what stands at an address, which is there. */
    JsonNode get(String path) {
        return find(path).orElseThrow(() -> new IllegalStateException(url + path + " has nothing"));
    }

    /** Returns what stands at an address, or empty if the server has nothing to say there. */
    Optional<JsonNode> find(String path) {
        HttpResponse<byte[]> answer = send(request(path).build());
        return answer.statusCode() == NO_CONTENT ? Optional.empty() : Optional.of(json(answer.body()));
    }

    /** Returns the bytes that stand at an address. */
    byte[] bytes(String path) {
        return send(request(path).build()).body();
    }

    /** Returns the bytes that stand at an address, or empty if they are not kept. */
    Optional<byte[]> bytesIfKept(String path) {
        HttpResponse<byte[]> answer = exchange(request(path).build());
        return answer.statusCode() == NOT_FOUND ? Optional.empty() : Optional.of(successful(answer).body());
    }

    /** Puts JSON at an address. */
    void put(String path, String body) {
        send(request(path).header("content-type", "application/json")
                .PUT(BodyPublishers.ofString(body)).build());
    }

    /** Sends JSON, and returns the answer. */
    JsonNode post(String path, String body) {
        return json(send(request(path).header("content-type", "application/json")
                .POST(BodyPublishers.ofString(body)).build()).body());
    }

    /** Writes a text so that it can be part of an address. */
    static String escaped(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(at(path)).timeout(TIMEOUT);
        return key == null || key.isBlank() ? request : request.header("authorization", "Bearer " + key.strip());
    }

    private URI at(String path) {
        String base = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
        try {
            return URI.create(base + path);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("--server " + url + " is no address", e);
        }
    }

    private HttpResponse<byte[]> send(HttpRequest request) {
        return successful(exchange(request));
    }

    private static HttpResponse<byte[]> successful(HttpResponse<byte[]> answer) {
        if (answer.statusCode() >= LEAST_ERROR) {
            throw new IllegalStateException(problem(answer));
        }
        return answer;
    }

    private HttpResponse<byte[]> exchange(HttpRequest request) {
        HttpClient open = client;
        if (open == null) {
            open = HttpClient.newHttpClient();
            client = open;
        }
        try {
            return open.send(request, BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new IllegalStateException("no server answers at " + url
                    + ": start one with ./pathline, or name another with --server", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** What a problem document says, mistake by mistake. */
    private static String problem(HttpResponse<byte[]> answer) {
        JsonNode problem;
        try {
            problem = json(answer.body());
        } catch (JacksonException e) {
            return "the server answers " + answer.statusCode();
        }
        var text = new StringBuilder(problem.path("detail").asString(problem.path("title").asString("")));
        problem.path("errors").forEach(error -> text.append("\n  ").append(error.path("field").asString(""))
                .append(' ').append(error.path("message").asString("")));
        return text.toString();
    }

    private static JsonNode json(byte[] body) {
        return Json.MAPPER.readTree(body);
    }
}
