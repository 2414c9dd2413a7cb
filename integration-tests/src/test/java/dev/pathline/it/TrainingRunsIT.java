package dev.pathline.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathline.trainer.run.TinyRuns;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Training over HTTP, with real servers that stop, die and start again. */
class TrainingRunsIT {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int FOREVER = 1_000_000;

    @TempDir
    private Path folder;

    private HttpClient client;
    private PathlineProcess server;
    private Path data;

    /** An event of a stream. */
    private record Event(long id, String type, JsonNode data) {}

    @BeforeEach
    void start() throws Exception {
        client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        data = TinyRuns.data(folder.resolve("data/tiny"));
        Files.createDirectories(folder.resolve("models"));
        server = serve();
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
        client.close();
    }

    private PathlineProcess serve() throws Exception {
        return PathlineProcess.serve("--models", folder.resolve("models").toString(), "--",
                "--pathline.trainer.runs=" + folder.resolve("runs"),
                "--pathline.trainer.metrics=" + folder.resolve("metrics"),
                "--pathline.trainer.data-roots=" + folder.resolve("data"), "--pathline.api.heartbeat=1s",
                "--pathline.standalone.models-refresh=1ms");
    }

    private String spec(String name, int steps) {
        return TinyRuns.flow(data, steps).replace("name: tiny", "name: " + name)
                .replace("sheetEvery: 10", "sheetEvery: 0");
    }

    private HttpResponse<String> send(String method, String path, String body, String type) throws Exception {
        return client.send(HttpRequest.newBuilder(URI.create(server.address() + path)).timeout(Duration.ofSeconds(120))
                .header("content-type", type).method(method, BodyPublishers.ofString(body)).build(),
                BodyHandlers.ofString());
    }

    private JsonNode answer(String method, String path, int status) throws Exception {
        HttpResponse<String> answer = send(method, path, "", "application/json");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        return JSON.readTree(answer.body());
    }

    private String submit(String yaml) throws Exception {
        HttpResponse<String> answer = send("POST", "/training-runs", yaml, "application/yaml");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        String location = answer.headers().firstValue("location").orElseThrow();
        assertThat(location).isEqualTo("/training-runs/" + JSON.readTree(answer.body()).path("id").asString());
        return location;
    }

    /** Reads a run's events until one fits, or the stream ends. */
    private List<Event> events(String run, long after, Predicate<Event> until) throws Exception {
        HttpResponse<Stream<String>> stream = client.send(
                HttpRequest.newBuilder(URI.create(server.address() + run + "/events"))
                        .header("last-event-id", Long.toString(after)).build(),
                BodyHandlers.ofLines());
        assertThat(stream.statusCode()).isEqualTo(200);
        var events = new ArrayList<Event>();
        try (Stream<String> lines = stream.body()) {
            Iterator<String> line = lines.iterator();
            long id = 0;
            String type = "";
            while (line.hasNext()) {
                String text = line.next();
                if (text.startsWith("id:")) {
                    id = Long.parseLong(text.substring(3).strip());
                } else if (text.startsWith("event:")) {
                    type = text.substring(6).strip();
                } else if (text.startsWith("data:")) {
                    var event = new Event(id, type, JSON.readTree(text.substring(5)));
                    events.add(event);
                    if (until.test(event)) {
                        return events;
                    }
                }
            }
        }
        return events;
    }

    private static Predicate<Event> is(String type) {
        return event -> event.type().equals(type);
    }

    @Test
    void shouldServeWhatItHasTrained() throws Exception {
        String run = submit(spec("first", 30).replace("sheetEvery: 0", "sheetEvery: 10"));

        List<Event> events = events(run, 0, event -> false);
        JsonNode done = answer("GET", run, 200);

        assertThat(events.getFirst().type()).isEqualTo("queued");
        assertThat(events.getLast().type()).isEqualTo("succeeded");
        assertThat(events.getLast().data().path("model").asString()).isEqualTo("first@1");
        assertThat(events).extracting(Event::type).contains("started", "progress", "snapshot", "sheet");
        assertThat(events).extracting(Event::id).isSorted().doesNotHaveDuplicates();
        assertThat(events(run, events.get(3).id(), event -> false)).isEqualTo(events.subList(4, events.size()));
        assertThat(done.path("state").asString()).isEqualTo("succeeded");
        assertThat(done.path("sheets").toString()).isEqualTo("[10,20,30]");
        assertThat(send("GET", run + "/sheets/30.png", "", "application/json").statusCode()).isEqualTo(200);
        assertThat(answer("GET", run + "/progress", 200)).hasSize(3);
        HttpResponse<String> image = send("POST", "/generate", "{\"model\":\"first@1\",\"label\":\"upper\"}",
                "application/json");
        assertThat(image.statusCode()).as(image.body()).isEqualTo(200);
        assertThat(send("GET", "/actuator/prometheus", "", "text/plain").body())
                .contains("pathline_training_runs{state=\"succeeded\"} 1.0", "pathline_training_steps_total 30.0");
    }

    @Test
    void shouldEndWithTheSameWeightsAfterItsServerWasKilled() throws Exception {
        String run = submit(spec("tiny", 60));
        List<Event> before = events(run, 0, event -> event.type().equals("snapshot")
                && event.data().path("step").asLong() >= 15);
        server.kill();

        server = serve();
        List<Event> after = events(run, before.getLast().id(), event -> false);

        assertThat(after.getLast().type()).isEqualTo("succeeded");
        assertThat(after.stream().filter(is("started")).findFirst().orElseThrow().data().path("step").asLong())
                .as("goes on from a snapshot").isGreaterThanOrEqualTo(15);
        assertThat(after).extracting(Event::id).allMatch(id -> id > before.getLast().id());
        Path alone = folder.resolve("alone");
        Path spec = Files.writeString(folder.resolve("spec.yaml"), spec("tiny", 60));
        try (PathlineProcess command = PathlineProcess.start(Map.of(), "train", spec.toString(), "--runs",
                alone.resolve("runs").toString(), "--models", alone.resolve("models").toString(), "--threads",
                Integer.toString(Math.max(1, Runtime.getRuntime().availableProcessors() / 2)))) {
            assertThat(command.await()).as(command.output()).isZero();
        }
        assertThat(weights(folder)).hasSameBinaryContentAs(weights(alone));
    }

    private static Path weights(Path where) throws IOException {
        try (Stream<Path> files = Files.walk(where.resolve("models/tiny/1"))) {
            return files.filter(file -> file.toString().endsWith(".safetensors")).findFirst().orElseThrow();
        }
    }

    @Test
    void shouldStopWithASnapshotAndGoOnAtTheNextStart() throws Exception {
        String run = submit(spec("stopped", FOREVER));
        events(run, 0, is("snapshot"));
        server.terminate();
        assertThat(server.await()).as(server.output()).isEqualTo(143);

        server = serve();
        List<Event> all = events(run, 0, event -> event.type().equals("started")
                && event.data().path("step").asLong() > 0);

        assertThat(all).extracting(Event::type).startsWith("queued", "started").contains("queued");
        assertThat(answer("DELETE", run, 200).path("state").asString()).isEqualTo("cancelled");
    }

    @Test
    void shouldPauseResumeCancelAndForget() throws Exception {
        String run = submit(spec("long", FOREVER));
        events(run, 0, is("snapshot"));

        answer("POST", run + "/pause", 200);
        Event paused = events(run, 0, is("paused")).getLast();
        assertThat(answer("GET", run, 200).path("state").asString()).isEqualTo("paused");
        assertThat(answer("POST", run + "/pause", 200).path("state").asString()).isEqualTo("paused");
        answer("POST", run + "/resume", 200);
        List<Event> on = events(run, paused.id(), is("started"));
        assertThat(on).extracting(Event::type).containsExactly("resumed", "started");
        assertThat(on.getLast().data().path("step").asLong()).isEqualTo(paused.data().path("step").asLong());
        assertThat(answer("DELETE", run + "?purge=true", 409).path("code").asString()).isEqualTo("run_state");
        assertThat(answer("DELETE", run, 200).path("state").asString()).isEqualTo("cancelled");
        assertThat(answer("DELETE", run, 200).path("state").asString()).isEqualTo("cancelled");
        assertThat(answer("POST", run + "/resume", 409).path("detail").asString()).contains("cancelled");
        assertThat(answer("POST", run + "/pause", 409).path("detail").asString()).contains("cancelled");
        assertThat(events(run, 0, event -> false).getLast().type()).isEqualTo("cancelled");
    }

    @Test
    void shouldTrainOneAfterTheOther() throws Exception {
        String first = submit(spec("a", FOREVER));
        String second = submit(spec("b", 10));
        String third = submit(spec("c", 10));

        assertThat(answer("GET", second, 200).path("position").asInt()).isEqualTo(1);
        assertThat(answer("GET", third, 200).path("position").asInt()).isEqualTo(2);
        answer("DELETE", second, 200);
        assertThat(answer("GET", third, 200).path("position").asInt()).isEqualTo(1);
        answer("DELETE", first, 200);

        assertThat(events(third, 0, event -> false).getLast().type()).isEqualTo("succeeded");
        assertThat(answer("GET", "/training-runs", 200)).extracting(run -> run.path("name").asString())
                .containsExactly("c", "b", "a");
    }

    @Test
    void shouldTellEveryMistakeAtOnce() throws Exception {
        String yaml = spec("bad", 10).replace("batch: 6", "batch: 0").replace("seed: 1", "sead: 1")
                .replace(data.toString(), "/etc").replace("std: 1", "std: -1");

        HttpResponse<String> answer = send("POST", "/training-runs", yaml, "application/yaml");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
        assertThat(answer.headers().firstValue("content-type").orElse("")).startsWith("application/problem+json");
        assertThat(JSON.readTree(answer.body()).path("errors")).extracting(error -> error.path("field").asString())
                .contains("batch", "sead", "data.path", "objective.time.std");
        assertThat(answer("GET", "/training-runs", 200)).isEmpty();
    }

    @Test
    void shouldRefuseWhatMakesNoSense() throws Exception {
        assertThat(answer("GET", "/training-runs/nothing", 404).path("code").asString()).isEqualTo("unknown_run");
        assertThat(answer("GET", "/training-runs/nothing/events", 404).path("code").asString())
                .isEqualTo("unknown_run");
        assertThat(answer("DELETE", "/training-runs/..%2F..%2Fetc", 404).path("status").asInt()).isEqualTo(404);
        assertThat(send("POST", "/training-runs", "name: *x", "application/yaml").statusCode()).isEqualTo(422);
        assertThat(send("POST", "/training-runs", "{", "application/json").statusCode()).isEqualTo(400);
        assertThat(send("POST", "/training-runs", "a", "text/plain").statusCode()).isEqualTo(415);
        assertThat(send("POST", "/training-runs", "[".repeat(100_000), "application/yaml").statusCode()).isEqualTo(422);
    }
}
