package dev.pathline.benchmarks.steps;

import dev.pathline.engine.evaluation.report.EvaluationJson;
import dev.pathline.engine.evaluation.report.EvaluationReport;
import dev.pathline.engine.evaluation.report.Measurement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A way to make samples, which was measured for several numbers of evaluations.
 *
 * @param name what it is called in tables
 * @param checkpoint the model's folder
 * @param report what was measured
 */
record Method(String name, Path checkpoint, EvaluationReport report) {

    /** The numbers of evaluations that are compared: as a table's columns. */
    static final List<Integer> EVALUATIONS = List.of(1, 2, 4, 8, 16, 32);

    /**
     * Reads a method.
     *
     * @param text {@code NAME=CHECKPOINT=REPORT}: the name, the model's folder, and what {@code ./pathline evaluate --json}
     *        wrote
     * @throws IllegalArgumentException if it is not of that form
     * @throws IOException if the report cannot be read
     */
    static Method read(String text) throws IOException {
        String[] parts = text.split("=", -1);
        if (parts.length != 3) {
            throw new IllegalArgumentException("a method is NAME=CHECKPOINT=REPORT, not " + text);
        }
        return new Method(parts[0], Path.of(parts[1]), EvaluationJson.read(Files.readString(Path.of(parts[2]))));
    }

    /** Returns what was measured for a number of evaluations. */
    Optional<Measurement> of(int evaluations) {
        return report.measurements().stream().filter(one -> one.setting().evaluations() == evaluations).findFirst();
    }
}
