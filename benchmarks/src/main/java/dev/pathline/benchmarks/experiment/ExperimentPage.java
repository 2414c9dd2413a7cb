package dev.pathline.benchmarks.experiment;

import dev.pathline.benchmarks.load.Server;
import dev.pathline.benchmarks.measure.MarkedPage;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Writes what experiments have found into the documentation. */
public final class ExperimentPage {

    private static final JsonMapper JSON = JsonMapper.shared();

    private ExperimentPage() {}

    /** Does a part of the work, as {@code benchmarks/experiment} says. */
    public static void run(String... args) throws Exception {
        switch (args[0]) {
            case "design" -> Designs.write(Path.of(args[1]));
            case "requests" -> new Requests(new Server(URI.create(args[1]))).make(args[2],
                    args[2].equals("one-or-many") ? Integer.parseInt(args[3]) : Integer.parseInt(args[3]) / 10);
            case "page" -> write(Path.of(args[1]), new MarkedPage(Path.of(args[2])));
            case "paired" -> new PairedJobs(new Server(URI.create(args[1])), Integer.parseInt(args[2]))
                    .measure(Path.of(args[3]));
            default -> throw new IllegalArgumentException("no part " + args[0]);
        }
    }

    private static void write(Path folder, MarkedPage page) throws IOException {
        for (String name : new String[]{"one-or-many", "same-seed"}) {
            JsonNode report = JSON.readTree(folder.resolve(name + ".report.json"));
            page.fill(name, ReportTables.metrics(report) + "\n" + ReportTables.verdict(report));
        }
        page.fill("hasty", ReportTables.audit(JSON.readTree(folder.resolve("hasty.experiment.json"))));
    }
}
