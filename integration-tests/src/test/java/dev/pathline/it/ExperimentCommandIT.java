package dev.pathline.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.awt.image.BufferedImage;
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
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Experiments on the command line, with a server: designed, started, voted on, reported, decided. */
class ExperimentCommandIT {

    private static final int REQUESTS = 6;

    private static PathlineProcess server;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() throws Exception {
        server = PathlineProcess.serve("--models", PathlineProcess.ROOT.resolve("models").toString(), "--memory");
    }

    @AfterAll
    static void stop() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    private String run(int code, String input, String... arguments) throws Exception {
        var all = new ArrayList<>(List.of("experiment"));
        all.addAll(List.of(arguments));
        try (PathlineProcess process = PathlineProcess.start(Map.of("PATHLINE_URL", server.address(), "USER", "ada"),
                all.toArray(String[]::new))) {
            process.type(input);
            assertThat(process.await()).as(process.output()).isEqualTo(code);
            return process.output();
        }
    }

    @Test
    void shouldGoFromADesignToADecision() throws Exception {
        Path design = folder.resolve("one-step.json");
        Files.writeString(design, """
                {"name": "one-step", "mode": "paired", "planned": 500,
                 "arms": [{"name": "many", "model": "fashion-flow", "steps": 6, "cfgScale": 1},
                          {"name": "one", "model": "fashion-onestep", "steps": 1}],
                 "goal": {"metric": "evaluations", "difference": 1, "deviation": 1}}""");
        assertThat(run(0, "", "list")).contains("there are no experiments");
        assertThat(run(0, "", "create", design.toString(), "--start", "--why", "to know"))
                .contains("experiment one-step, version 1, is running: 500 units are planned");
        assertThat(run(1, "", "create", design.toString())).contains("is that of another experiment");

        try (HttpClient client = HttpClient.newHttpClient()) {
            for (int i = 0; i < REQUESTS; i++) {
                HttpResponse<String> answer = client.send(HttpRequest.newBuilder(URI.create(server.address()
                        + "/generate")).header("content-type", "application/json")
                        .POST(BodyPublishers.ofString("{\"experiment\":\"one-step\",\"label\":\"bag\",\"subject\":\"s"
                                + i + "\",\"seed\":" + i + "}"))
                        .build(), BodyHandlers.ofString());
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
                assertThat(answer.headers().firstValue("pathline-arm")).isPresent();
            }
        }
        await().atMost(Duration.ofMinutes(1)).pollInterval(Duration.ofSeconds(2))
                .until(() -> run(0, "", "report", "one-step").contains("after " + REQUESTS + " of 500 planned units"));
        assertThat(run(0, "", "report", "one-step")).contains("one is better", "| one, evaluations |", "-5.000");

        Path image = folder.resolve("vote.png");
        String votes = run(0, "l\nr\nx\nt\nq\n", "vote", "one-step", "-o", image.toString());
        assertThat(votes).contains("which is better", "3 votes were counted");
        BufferedImage both = ImageIO.read(image.toFile());
        assertThat(both.getWidth()).as("two pictures and a gap").isEqualTo(2 * 28 + 2);
        assertThat(run(0, "b\nb\nb\n", "vote", "one-step", "-o", image.toString()))
                .contains("there is no pair that ada has not voted on; 3 votes were counted");
        assertThat(run(0, "", "report", "one-step")).contains("1 ties, 3 for neither");

        assertThat(run(0, "", "report", "one-step", "--json")).contains("\"verdict\"", "\"comparisons\"");
        assertThat(run(0, "", "decide", "one-step", "one", "--why", "as good")).contains("is decided");
        assertThat(run(1, "", "stop", "one-step")).contains("is decided and cannot be stopped any more");
        assertThat(run(1, "", "report", "nothing")).contains("There is no experiment 'nothing'");
        assertThat(run(1, "", "list", "--server", "http://localhost:1")).contains("no server answers at");
    }
}
