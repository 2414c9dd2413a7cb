package dev.pathline.benchmarks.experiment;

import dev.pathline.benchmarks.load.Server;
import dev.pathline.benchmarks.measure.Median;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;

/**
 * A paired experiment of twenty against four steps of one model, against the same jobs without an experiment, turn by turn: all requests at once,
 * so that the worker has as much as it can take. Which jobs were evaluated together is read from the worker's log of batches.
 */
final class PairedJobs {

    private static final int TURNS = 3;
    private static final int CLASSES = 10;
    private static final String MODEL = "\"model\":\"fashion-flow\",\"solver\":\"dpm-solver++-2m\",\"cfgScale\":1,\"steps\":";
    private static final String DESIGN = """
            {"name": "paired", "mode": "paired", "unit": "request", "planned": 100000,
             "arms": [{"name": "many", %s20}, {"name": "few", %s4}],
             "goal": {"metric": "totalMs", "difference": 10, "deviation": 100}}""".formatted(MODEL, MODEL);

    private final Server server;
    private final int requests;

    PairedJobs(Server server, int requests) {
        this.server = server;
        this.requests = requests;
    }

    /** Measures both, and prints what was found. */
    void measure(Path serverLog) throws InterruptedException, IOException {
        // Both sizes of a batch are tried out before anything is measured.
        plain(requests / 10);
        server.post("/experiments", DESIGN);
        server.post("/experiments/paired/start", "{}");
        var ratios = new ArrayList<Double>();
        for (int i = 0; i < TURNS; i++) {
            double without = plain(requests);
            double paired = paired();
            ratios.add(without / paired);
            System.out.printf(Locale.ROOT, "%d pairs: %.1f s without an experiment, %.1f s paired: throughput %.3f%n",
                    requests, without, paired, without / paired);
        }
        System.out.printf(Locale.ROOT, "median throughput of paired jobs over the same jobs without: %.3f%n",
                Median.of(ratios));
        List<List<String>> pairs = pairs();
        Map<String, Set<Integer>> batches = batches(serverLog);
        long together = pairs.stream().filter(pair -> {
            var shared = new HashSet<>(batches.getOrDefault(pair.getFirst(), Set.of()));
            shared.retainAll(batches.getOrDefault(pair.getLast(), Set.of()));
            return !shared.isEmpty();
        }).count();
        System.out.printf(Locale.ROOT, "%d of %d pairs shared an evaluation: %.1f %%%n", together, pairs.size(),
                100.0 * together / pairs.size());
    }

    /** Returns the seconds until all are done. */
    private double plain(int count) throws InterruptedException {
        long start = System.nanoTime();
        for (int i = 0; i < count; i++) {
            for (int steps : new int[]{20, 4}) {
                server.start("{" + MODEL + steps + ",\"label\":" + i % CLASSES + ",\"seed\":" + i + "}");
            }
        }
        return sinceWhenDone(start);
    }

    private double paired() throws InterruptedException {
        long start = System.nanoTime();
        for (int i = 0; i < requests; i++) {
            server.start("{\"experiment\":\"paired\",\"label\":" + i % CLASSES + ",\"seed\":" + i + "}");
        }
        return sinceWhenDone(start);
    }

    private double sinceWhenDone(long start) throws InterruptedException {
        while (unended() > 0) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
        return (System.nanoTime() - start) / 1e9;
    }

    private int unended() {
        return server.get("/jobs?state=queued&limit=1").path("jobs").size()
                + server.get("/jobs?state=running&limit=1").path("jobs").size();
    }

    private List<List<String>> pairs() {
        var pairs = new ArrayList<List<String>>();
        String more = "";
        do {
            JsonNode page = server.get("/experiments/paired/pairs?limit=200" + more);
            page.path("pairs").forEach(pair -> pairs.add(pair.path("arms").valueStream()
                    .map(arm -> arm.path("job").asString()).toList()));
            more = page.hasNonNull("nextCursor") ? "&cursor=" + page.path("nextCursor").asString() : "";
        } while (!more.isEmpty());
        return pairs;
    }

    /** Returns the evaluations that each job took part in, by the lines of the log. */
    private static Map<String, Set<Integer>> batches(Path log) throws IOException {
        var batches = new HashMap<String, Set<Integer>>();
        List<String> lines = Files.readAllLines(log);
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).contains("pathline.worker.batches")) {
                for (String word : lines.get(i).split(" ", -1)) {
                    int slash = word.indexOf('/');
                    if (slash == 26) {
                        batches.computeIfAbsent(word.substring(0, slash), _ -> new HashSet<>()).add(i);
                    }
                }
            }
        }
        return batches;
    }
}
