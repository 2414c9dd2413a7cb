package dev.pathline.standalone.cli;

import dev.pathline.engine.evaluation.report.EvaluationCsv;
import dev.pathline.engine.evaluation.report.EvaluationJson;
import dev.pathline.engine.evaluation.report.EvaluationReport;
import dev.pathline.engine.evaluation.report.Metric;
import dev.pathline.engine.training.WriteFailure;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say where a report is written. */
final class ReportOptions {

    private static final String JSON = "--json";
    private static final String CSV = "--csv";
    private static final String PLOT = "--plot";

    @Option(names = JSON, paramLabel = "FILE",
            description = "keep the numbers here, after each setting; what the file has already is not measured again")
    private @Nullable Path jsonPath;

    @Option(names = CSV, paramLabel = "FILE",
            description = "write the numbers here too, a line a setting; an earlier one is replaced, any other file is not")
    private @Nullable Path csvPath;

    @Option(names = PLOT, paramLabel = "FILE.svg",
            description = "draw a metric against network evaluations, a line a solver and guidance scale")
    private @Nullable Path plotPath;

    @Option(names = "--plot-metric", paramLabel = "NAME",
            description = "the metric to draw, by its name in JSON (default: the table's first)")
    private @Nullable String metric;

    private @Nullable ReportFile json;
    private @Nullable ReportFile csv;
    private @Nullable ReportFile plot;
    private boolean unkept;

    /**
     * Refuses before anything is measured what could not be written afterwards, and returns what is known already.
     *
     * @param out hears of a file that is replaced
     * @return what the JSON file has, or null
     * @throws IllegalArgumentException if a file cannot be written, or holds something else
     */
    @Nullable
    EvaluationReport open(PrintStream out) {
        if (plotPath != null && !plotPath.toString().endsWith(".svg")) {
            throw new IllegalArgumentException("--plot must be a file that ends in .svg, not " + plotPath);
        }
        if (metric != null && Metric.of(metric).isEmpty()) {
            throw new IllegalArgumentException("--plot-metric must be one of "
                    + Arrays.stream(Metric.values()).map(Metric::key).collect(Collectors.joining(", ")) + ", not "
                    + metric);
        }
        // Of JSON all is read, not the beginning alone.
        json = jsonPath == null ? null : ReportFile.require(JSON, jsonPath, _ -> true, "");
        csv = csvPath == null
                ? null
                : ReportFile.require(CSV, csvPath, EvaluationCsv::isOne, "the CSV file of an evaluation");
        plot = plotPath == null
                ? null
                : ReportFile.require(PLOT, plotPath, EvaluationPlot::isOne, "the plot of an evaluation");
        requireApart();
        try {
            EvaluationReport known = json == null || !json.holdsSomething() ? null : read(json);
            for (ReportFile file : Stream.of(csv, plot).filter(Objects::nonNull).toList()) {
                if (file.holdsSomething()) {
                    out.println(file + " has an earlier evaluation, and is written anew");
                }
            }
            return known;
        } catch (IOException e) {
            throw new IllegalArgumentException("a file of an earlier evaluation cannot be read: "
                    + WriteFailure.reason(e), e);
        }
    }

    /** @throws IllegalArgumentException if what is to be drawn is not going to be measured */
    void requireMeasured(List<Metric> metrics) {
        if (metric != null && plotPath != null && !metrics.contains(Metric.of(metric).orElseThrow())) {
            throw new IllegalArgumentException("--plot-metric " + metric + " is not measured of this model; there are "
                    + metrics.stream().map(Metric::key).collect(Collectors.joining(", ")));
        }
    }

    /**
     * Keeps what is known so far: what a crash leaves is not measured again. Where it cannot be kept, the measurement goes
     * on, since its numbers are printed in the end.
     */
    void keep(EvaluationReport report) {
        if (json == null) {
            return;
        }
        try {
            json.write(EvaluationJson.write(report));
            unkept = false;
        } catch (IOException e) {
            unkept = true;
            System.err.println(json + " cannot be written (" + WriteFailure.reason(e)
                    + "): measuring goes on, and it is tried again after each setting");
        }
    }

    /**
     * Writes the rest, each file whether or not another one can be written.
     *
     * @throws IllegalStateException if one cannot be written
     */
    void write(EvaluationReport report) {
        var failures = new ArrayList<String>();
        if (unkept) {
            write(json, EvaluationJson.write(report), failures);
        }
        write(csv, csv == null ? "" : EvaluationCsv.write(report), failures);
        if (plot != null) {
            Metric shown = metric == null ? report.metrics().getFirst() : Metric.of(metric).orElseThrow();
            write(plot, EvaluationPlot.svg(report, shown), failures);
        }
        if (!failures.isEmpty()) {
            throw new IllegalStateException(String.join("; ", failures) + ". The numbers are in the table above"
                    + (json == null || unkept ? "" : " and in " + json));
        }
    }

    private void write(@Nullable ReportFile file, String text, List<String> failures) {
        if (file == null) {
            return;
        }
        try {
            file.write(text);
        } catch (IOException e) {
            failures.add(file + " cannot be written: " + WriteFailure.reason(e));
            return;
        }
        unkept = unkept && file != json;
    }

    private void requireApart() {
        List<ReportFile> files = Stream.of(json, csv, plot).filter(Objects::nonNull).toList();
        for (int i = 0; i < files.size(); i++) {
            for (int j = 0; j < i; j++) {
                if (files.get(i).isSame(files.get(j))) {
                    throw new IllegalArgumentException(files.get(i) + " is named for two reports: one would overwrite"
                            + " the other");
                }
            }
        }
    }

    private static EvaluationReport read(ReportFile file) throws IOException {
        try {
            return EvaluationJson.read(file.read());
        } catch (CharacterCodingException e) {
            throw refused(file, "it is not a text in UTF-8", e);
        } catch (IllegalArgumentException e) {
            throw refused(file, String.valueOf(e.getMessage()), e);
        }
    }

    private static IllegalArgumentException refused(ReportFile file, String what, Exception e) {
        return new IllegalArgumentException(file + " is there already, and " + what
                + ": name another file, or move that one away", e);
    }
}
