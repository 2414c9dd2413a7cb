package dev.pathline.trainer.report;

import dev.pathline.trainer.life.RunRecordFile;
import dev.pathline.trainer.specification.fields.SpecException;
import dev.pathline.trainer.specification.TrainingSpec;
import dev.pathline.trainer.specification.TrainingSpecs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * The report of a run: one HTML file that needs nothing else, drawn from what is in the run's folder (its specification,
 * its log, its sheets). What is missing there is missing in the report.
 */
public final class RunReport {

    /** The report's name in a run's folder. */
    public static final String FILE = "report.html";

    private static final String SPECIFICATION = "spec.yaml";

    private RunReport() {}

    /**
     * Writes {@code RUN/report.html}, whole or not at all.
     *
     * @return the file
     * @throws IOException if the log cannot be read or the report not be written; an earlier report is untouched
     */
    public static Path write(Path run) throws IOException {
        Path file = run.resolve(FILE);
        Path part = run.resolve("." + FILE + ".part");
        try {
            Files.writeString(part, html(run));
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(part);
        }
        return file;
    }

    /**
     * Returns the report of a run as it is now.
     *
     * @throws IOException if the log cannot be read
     */
    public static String html(Path run) throws IOException {
        RunHistory history = RunHistory.read(run);
        String text = text(run.resolve(SPECIFICATION));
        Optional<TrainingSpec> spec = text.isEmpty() ? Optional.empty() : spec(run.resolve(SPECIFICATION));
        String name = spec.map(TrainingSpec::name).orElse(String.valueOf(run.toAbsolutePath().normalize()
                .getFileName()));
        return new ReportPage(name, spec.map(TrainingSpec::description).orElse(""),
                RunFacts.of(history, spec, RunRecordFile.read(run)),
                ReportCharts.of(history, spec), ReportSheets.of(run, history), history, text).html();
    }

    /** A specification of another version may not be readable any more; its text still is. */
    private static Optional<TrainingSpec> spec(Path file) {
        try {
            return Optional.of(TrainingSpecs.read(file));
        } catch (SpecException e) {
            return Optional.empty();
        }
    }

    private static String text(Path file) throws IOException {
        return Files.isRegularFile(file) ? new String(Files.readAllBytes(file), StandardCharsets.UTF_8) : "";
    }
}
