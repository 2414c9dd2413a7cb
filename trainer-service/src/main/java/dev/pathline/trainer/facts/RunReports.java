package dev.pathline.trainer.facts;

import dev.pathline.common.report.RunHistory;
import dev.pathline.common.report.RunReport;
import dev.pathline.engine.checkpoint.AtomicFiles;
import dev.pathline.trainer.journal.RunJournal;
import dev.pathline.trainer.life.RunFiles;
import dev.pathline.trainer.life.RunRecord;
import dev.pathline.trainer.life.RunRecordFile;
import dev.pathline.trainer.specification.TrainingSpec;
import dev.pathline.trainer.specification.TrainingSpecs;
import dev.pathline.trainer.specification.fields.SpecException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The reports of runs, drawn from what is in their folders. What is missing there is missing in the report. */
public final class RunReports {

    /** The report's name in a run's folder. */
    public static final String FILE = "report.html";

    private RunReports() {}

    /**
     * Writes {@code RUN/report.html}, whole or not at all.
     *
     * @return the file
     * @throws IllegalArgumentException if the folder is not that of a run
     * @throws IOException if the report cannot be written; an earlier report is untouched
     */
    public static Path write(Path run) throws IOException {
        if (RunRecordFile.read(run).isEmpty() && !Files.isRegularFile(run.resolve(RunFiles.EVENTS))) {
            throw new IllegalArgumentException(run + " is not the folder of a run: it has neither " + RunRecordFile.NAME
                    + " nor " + RunFiles.EVENTS + "; name one that ./pathline train has made, such as"
                    + " runs/fashion-flow");
        }
        return write(run, RunJournal.open(run).history());
    }

    /**
     * Writes {@code RUN/report.html} of what has happened, whole or not at all.
     *
     * @return the file
     * @throws IOException if the report cannot be written; an earlier report is untouched
     */
    public static Path write(Path run, RunHistory history) throws IOException {
        Path file = run.resolve(FILE);
        AtomicFiles.write(file, html(run, history));
        return file;
    }

    /** Returns the report of a run to which so much has happened. */
    public static String html(Path run, RunHistory history) {
        String text = RunFiles.text(run.resolve(RunFiles.SPEC)).orElse("");
        Optional<TrainingSpec> spec = text.isEmpty() ? Optional.empty() : spec(text);
        Optional<RunRecord> record = RunRecordFile.read(run);
        String name = spec.map(TrainingSpec::name).or(() -> record.map(RunRecord::name))
                .orElseGet(() -> String.valueOf(run.toAbsolutePath().normalize().getFileName()));
        return new RunReport(name, spec.map(TrainingSpec::description).orElse(""),
                RunFacts.of(history, spec, record), history,
                spec.map(known -> new RunReport.Optimizer(known.optimizer().clipNorm(), known.learningRate()::at))
                        .orElse(null),
                SheetPictures.of(run, history), text).html();
    }

    /** A specification of another version may not be readable any more; its text still is. */
    private static Optional<TrainingSpec> spec(String text) {
        try {
            return Optional.of(TrainingSpecs.read(text, RunFiles.SPEC));
        } catch (SpecException e) {
            return Optional.empty();
        }
    }
}
