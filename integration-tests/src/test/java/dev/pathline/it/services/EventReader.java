package dev.pathline.it.services;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Reads a job's events from whichever replica answers, and goes on with the next one after the last event that it has seen. */
final class EventReader {

    private final ApiClient api;
    private final String job;
    private final List<Long> ids = new ArrayList<>();
    private final List<String> types = new ArrayList<>();

    EventReader(ApiClient api, String job) {
        this.api = api;
        this.job = job;
    }

    /** Reads until the terminal event. */
    EventReader readToTheEnd() throws InterruptedException {
        while (types.isEmpty() || !ApiClient.TERMINAL.contains(types.getLast())) {
            try {
                var request = api.to(api.address(), "/jobs/" + job + "/events").header("accept", "text/event-stream")
                        .timeout(ApiClient.PATIENCE);
                if (!ids.isEmpty()) {
                    request.header("last-event-id", Long.toString(ids.getLast()));
                }
                HttpResponse<Stream<String>> answer = api.http().send(request.build(), BodyHandlers.ofLines());
                try (Stream<String> lines = answer.body()) {
                    if (answer.statusCode() == 200) {
                        lines.forEach(this::line);
                    }
                }
            } catch (IOException | java.io.UncheckedIOException e) {
                // The replica is gone, or was just cut off: the next one.
                Thread.sleep(200);
            }
        }
        return this;
    }

    private void line(String line) {
        if (line.startsWith("id:")) {
            ids.add(Long.parseLong(line.substring("id:".length())));
        } else if (line.startsWith("event:")) {
            types.add(line.substring("event:".length()));
        }
    }

    String job() {
        return job;
    }

    List<Long> ids() {
        return ids;
    }

    List<String> types() {
        return types;
    }
}
