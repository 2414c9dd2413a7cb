package dev.pathline.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What becomes of jobs that cannot end before a server that was told to stop has to. */
class StopIT {

    /** On every machine longer than a server has. */
    private static final String LONG = "{\"model\":\"fashion-flow\",\"label\":\"bag\",\"count\":8,\"steps\":1000}";

    private static HttpRequest generate(PathlineProcess server, String accept) {
        return HttpRequest.newBuilder(URI.create(server.address() + "/generate"))
                .header("content-type", "application/json").header("accept", accept)
                .POST(HttpRequest.BodyPublishers.ofString(LONG)).build();
    }

    @Test
    void shouldAnswerEverybodyInTheTimeThatDockerGives() throws Exception {
        try (HttpClient client = HttpClient.newHttpClient();
                PathlineProcess server = PathlineProcess.serve("--", "--pathline.standalone.stop-within=4s")) {
            var started = new CompletableFuture<Void>();
            CompletableFuture<List<String>> stream = client
                    .sendAsync(generate(server, "text/event-stream"), BodyHandlers.ofLines())
                    .thenApply(answer -> answer.body().peek(line -> {
                        if (line.startsWith("event:step")) {
                            started.complete(null);
                        }
                    }).toList());
            started.get(60, TimeUnit.SECONDS);
            CompletableFuture<HttpResponse<String>> waiting = client.sendAsync(generate(server, "application/json"),
                    BodyHandlers.ofString());
            while (!server.output().lines().filter(line -> line.contains("accepted")).skip(1).findAny().isPresent()) {
                server.awaitOutput("accepted");
            }

            server.terminate();

            List<String> events = stream.get(60, TimeUnit.SECONDS).stream().filter(line -> line.startsWith("event:"))
                    .toList();
            assertThat(events.getLast()).isIn("event:failed", "event:cancelled", "event:reconnect");
            HttpResponse<String> answer = waiting.get(60, TimeUnit.SECONDS);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
            assertThat(answer.body()).contains("shutting_down");
            assertThat(server.await()).isEqualTo(143);
            assertThat(server.output()).doesNotContain("Exception", "\tat ");
        }
    }
}
