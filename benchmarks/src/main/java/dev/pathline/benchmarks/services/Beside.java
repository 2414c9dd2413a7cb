package dev.pathline.benchmarks.services;

import dev.pathline.benchmarks.load.Load;
import dev.pathline.benchmarks.load.Mix;
import dev.pathline.benchmarks.load.Outcome;
import dev.pathline.benchmarks.load.Server;
import dev.pathline.benchmarks.measure.Median;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The API and a worker as processes on PostgreSQL and NATS beside the server in one JVM, turn by turn on one machine: the time of
 * a one-step request alone, and rows of network evaluation a second by mixed requests of 64 clients.
 */
public final class Beside {

    private static final int TURNS = 7;
    private static final int REQUESTS = 60;
    private static final int CLIENTS = 64;
    private static final String ONE_STEP = "{\"model\":\"fashion-onestep\",\"label\":\"bag\",\"seed\":7}";

    private Beside() {}

    /** Measures, and prints a table of medians. */
    public static void run(Duration time) throws Exception {
        List<Process> started = new ArrayList<>();
        Path folder = Files.createTempDirectory("beside");
        try (Backends backends = Backends.start()) {
            Map<String, String> shared = new HashMap<>(backends.environment());
            shared.put("PATHLINE_REGISTRY_DIRECTORIES", "models");
            shared.put("PATHLINE_IMAGES_DIRECTORY", folder.resolve("images").toString());
            Server one = server(started, "standalone", List.of("serve", "--state", folder.resolve("state").toString()),
                    Map.of("PATHLINE_MODELS", "models"), folder);
            started.add(
                    ServiceJar.start("inference-worker", List.of(), List.of(), shared, Backends.freePort(), folder));
            Server services = server(started, "api-service", List.of(), shared, folder);
            var latencies = new ArrayList<List<Double>>(List.of(new ArrayList<>(), new ArrayList<>()));
            var rows = new ArrayList<List<Double>>(List.of(new ArrayList<>(), new ArrayList<>()));
            List<Double> ratios = new ArrayList<>();
            for (int turn = -1; turn < TURNS; turn++) {
                double[] speeds = new double[2];
                for (int side = 0; side < 2; side++) {
                    Server server = side == 0 ? one : services;
                    double latency = latency(server);
                    Outcome outcome = Load.closed(server, new Mix("fashion-flow", Mix.Kind.MIXED, 8 + turn), CLIENTS,
                            time.dividedBy(3), time, () -> 0);
                    speeds[side] = outcome.rowsPerSecond();
                    if (turn >= 0) {
                        latencies.get(side).add(latency);
                        rows.get(side).add(speeds[side]);
                    }
                }
                if (turn >= 0) {
                    ratios.add(speeds[1] / speeds[0]);
                }
            }
            System.out.printf(Locale.ROOT,
                    "| | one JVM | services |%n|---|---|---|%n| a one-step request alone, ms | %.1f | %.1f |%n"
                            + "| rows a second, 64 clients | %.0f | %.0f (%.3f) |%n",
                    Median.of(latencies.getFirst()),
                    Median.of(latencies.getLast()), Median.of(rows.getFirst()), Median.of(rows.getLast()),
                    Median.of(ratios));
        } finally {
            started.forEach(Process::destroyForcibly);
        }
    }

    private static double latency(Server server) {
        List<Double> millis = new ArrayList<>();
        for (int i = 0; i < REQUESTS; i++) {
            millis.add(server.generate(ONE_STEP).millis());
        }
        return Median.of(millis);
    }

    private static Server server(List<Process> started, String module, List<String> arguments,
            Map<String, String> environment, Path folder) throws Exception {
        int port = Backends.freePort();
        started.add(ServiceJar.start(module, List.of(), arguments, environment, port, folder));
        URI address = URI.create("http://localhost:" + port);
        // Whoever makes an image is ready.
        for (int i = 0;; i++) {
            try (HttpClient client = HttpClient.newHttpClient()) {
                int status = client.send(HttpRequest.newBuilder(address.resolve("/generate"))
                        .header("content-type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(ONE_STEP)).build(), BodyHandlers.discarding())
                        .statusCode();
                if (status == 200) {
                    return new Server(address);
                }
            } catch (IOException e) {
                if (i > 240) {
                    throw e;
                }
            }
            Thread.sleep(500);
        }
    }
}
