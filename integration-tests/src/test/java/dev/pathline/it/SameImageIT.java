package dev.pathline.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** The README's promise: the same request gives the same image, whatever the machine did when the server started. */
class SameImageIT {

    private static final int STARTS = 5;
    private static final String REQUEST = "{\"model\":\"fashion-flow\",\"label\":\"sneaker\",\"count\":4,\"steps\":6,"
            + "\"solver\":\"dpm-solver++-2m\",\"cfgScale\":2,\"seed\":7}";

    private final AtomicBoolean busy = new AtomicBoolean(true);
    private final List<Thread> neighbours = new ArrayList<>();

    /** Neighbours on half of the processors: every start races with them, each at another moment. */
    @BeforeEach
    void crowd() {
        for (int i = 0; i < (Runtime.getRuntime().availableProcessors() + 1) / 2; i++) {
            neighbours.add(Thread.ofPlatform().daemon().start(() -> {
                while (busy.get()) {
                    Thread.onSpinWait();
                }
            }));
        }
    }

    @AfterEach
    void leave() throws InterruptedException {
        busy.set(false);
        for (Thread neighbour : neighbours) {
            neighbour.join();
        }
    }

    @Test
    void shouldGiveOneImageInFiveStartsBesideABusyNeighbour(@TempDir Path folder) throws Exception {
        Set<String> images = new HashSet<>();
        Set<String> profiles = new HashSet<>();
        try (HttpClient client = HttpClient.newHttpClient()) {
            for (int start = 0; start < STARTS; start++) {
                Path cache = folder.resolve("cache-" + start);
                try (PathlineProcess server = PathlineProcess.serve(Map.of("PATHLINE_PROFILES", cache.toString()))) {
                    HttpResponse<byte[]> image = client.send(HttpRequest
                            .newBuilder(URI.create(server.address() + "/generate"))
                            .header("content-type", "application/json").header("accept", "image/png")
                            .POST(HttpRequest.BodyPublishers.ofString(REQUEST)).build(), BodyHandlers.ofByteArray());
                    assertThat(image.statusCode()).isEqualTo(200);
                    images.add(HexFormat.of().formatHex(image.body()));
                    profiles.add(JsonMapper.shared().readTree(client.send(HttpRequest
                            .newBuilder(URI.create(server.address() + "/models/fashion-flow")).build(),
                            BodyHandlers.ofString()).body()).path("profile").toString());
                    assertThat(cache).as("nothing is measured, so nothing is kept").satisfiesAnyOf(
                            none -> assertThat(none).doesNotExist(), empty -> assertThat(Files.list(empty)).isEmpty());
                }
            }
        }

        assertThat(images).as("images, in the profiles %s", profiles).hasSize(1);
        assertThat(profiles).hasSize(1);
    }
}
