package dev.pathline.trainer.life;

import dev.pathline.common.wire.Json;
import dev.pathline.engine.checkpoint.AtomicFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;

/** The record of a run, {@code RUN/run.json}: it appears whole or not at all. */
public final class RunRecordFile {

    private static final Logger LOG = LoggerFactory.getLogger(RunRecordFile.class);

    /** Its name in the run's folder. */
    public static final String NAME = "run.json";

    private RunRecordFile() {}

    /** Reads a run's record; empty where there is none, or none that can be read. */
    public static Optional<RunRecord> read(Path run) {
        Path file = run.resolve(NAME);
        if (Files.isRegularFile(run)) {
            // A file among the folders of runs is nobody's run, and no mistake.
            return Optional.empty();
        }
        try {
            return Optional.of(Json.MAPPER.readValue(Files.readString(file), RunRecord.class));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException | JacksonException e) {
            LOG.warn("{} cannot be read, and its run is left alone: {}", file, e.getMessage());
            return Optional.empty();
        }
    }

    /** Returns what is another one whenever a run's record was written; empty where there is none. */
    public static String written(Path run) {
        try {
            BasicFileAttributes file = Files.readAttributes(run.resolve(NAME), BasicFileAttributes.class);
            // A clock may not tell two writes apart; a file that was moved into place is another file.
            return file.lastModifiedTime() + " " + file.fileKey();
        } catch (IOException e) {
            return "";
        }
    }

    /**
     * Writes a run's record; only for who has the run's {@link RunLock}, or has just made its folder.
     *
     * @throws IOException if it cannot be written; an earlier one is untouched
     */
    public static void write(Path run, RunRecord record) throws IOException {
        AtomicFiles.write(run.resolve(NAME), Json.MAPPER.writeValueAsString(record));
    }
}
