package dev.pathline.standalone.cli;

import dev.pathline.engine.checkpoint.AtomicFiles;
import dev.pathline.engine.evaluation.EvaluationCsv;
import dev.pathline.engine.evaluation.EvaluationJson;
import dev.pathline.engine.evaluation.EvaluationReport;
import dev.pathline.engine.evaluation.Metric;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say where a report is written. */
final class ReportOptions {

    @Option(names = "--json", paramLabel = "FILE",
            description = "keep the numbers here, after each setting; what the file has already is not measured again")
    private @Nullable Path json;

    @Option(names = "--csv", paramLabel = "FILE", description = "write the numbers here too, a line a setting")
    private @Nullable Path csv;

    @Option(names = "--plot", paramLabel = "FILE.svg",
            description = "draw a metric against network evaluations, a line a solver and guidance scale")
    private @Nullable Path plot;

    @Option(names = "--plot-metric", paramLabel = "NAME",
            description = "the metric to draw, by its name in JSON (default: the table's first)")
    private @Nullable String metric;

    /** Returns what the file has already, or null. */
    @Nullable
    EvaluationReport known() throws IOException {
        if (json == null || !Files.exists(json)) {
            return null;
        }
        try {
            return EvaluationJson.read(Files.readString(json));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(json + " is there already, and " + e.getMessage()
                    + ": name another file, or move that one away", e);
        }
    }

    /** Refuses before anything is measured what could not be written afterwards. */
    void requireWritable() {
        if (plot != null && !plot.toString().endsWith(".svg")) {
            throw new IllegalArgumentException("--plot must be a file that ends in .svg, not " + plot);
        }
        if (metric != null && Metric.of(metric).isEmpty()) {
            throw new IllegalArgumentException("--plot-metric must be one of "
                    + Arrays.stream(Metric.values()).map(Metric::key).collect(Collectors.joining(", ")) + ", not "
                    + metric);
        }
        for (@Nullable
        Path file : Arrays.asList(json, csv, plot)) {
            Path folder = file == null ? null : file.toAbsolutePath().getParent();
            if (folder != null && Files.exists(folder) && !Files.isWritable(folder)) {
                throw new IllegalArgumentException(file + " cannot be written: " + folder + " is not writable");
            }
        }
    }

    /** Keeps what is known so far: what a crash leaves is not measured again. */
    void keep(EvaluationReport report) {
        if (json != null) {
            try {
                AtomicFiles.write(json, EvaluationJson.write(report));
            } catch (IOException e) {
                throw new UncheckedIOException(json + " cannot be written: " + e.getMessage(), e);
            }
        }
    }

    /** Writes the rest. */
    void write(EvaluationReport report) throws IOException {
        if (csv != null) {
            AtomicFiles.write(csv, EvaluationCsv.write(report));
        }
        if (plot != null) {
            Metric shown = metric == null ? report.metrics().getFirst() : Metric.of(metric).orElseThrow();
            AtomicFiles.write(plot, EvaluationPlot.svg(report, shown));
        }
    }
}
