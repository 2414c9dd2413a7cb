package dev.pathline.trainer.runs;

import dev.pathline.common.training.RunRecord;
import dev.pathline.common.wire.Json;
import dev.pathline.engine.checkpoint.AtomicFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;

/** The small files of a run's folder. */
final class RunFiles {

    /** The record. */
    static final String RECORD = "run.json";
    /** The specification as it was given. */
    static final String SPEC = "spec.yaml";
    /** What happened, a line an event. */
    static final String EVENTS = "events.jsonl";

    private static final Logger LOG = LoggerFactory.getLogger(RunFiles.class);
    private static final Pattern SHEET = Pattern.compile("step-(\\d{1,18})\\.png");

    private RunFiles() {}

    /** Reads a run's record; empty where there is none, or none that can be read. */
    static Optional<RunRecord> record(Path run) {
        Path file = run.resolve(RECORD);
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
    static String written(Path run) {
        try {
            BasicFileAttributes file = Files.readAttributes(run.resolve(RECORD), BasicFileAttributes.class);
            // A clock may not tell two writes apart; a file that was moved into place is another file.
            return file.lastModifiedTime() + " " + file.fileKey();
        } catch (IOException e) {
            return "";
        }
    }

    /** Writes a run's record, whole or not at all. */
    static void write(Path run, RunRecord record) throws IOException {
        AtomicFiles.write(run.resolve(RECORD), Json.MAPPER.writeValueAsString(record));
    }

    /** Returns a text file, empty where there is none. */
    static Optional<String> text(Path file) {
        return bytes(file).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }

    /** Returns a file, empty where there is none. */
    static Optional<byte[]> bytes(Path file) {
        try {
            return Optional.of(Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    /** Returns the steps of which there are sample sheets, in order. */
    static List<Long> sheets(Path run) {
        Path folder = run.resolve("sheets");
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(RunFiles::sheetStep).flatMap(Optional::stream).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + folder, e);
        }
    }

    /** Returns the sheet of a step. */
    static Path sheet(Path run, long step) {
        return run.resolve("sheets").resolve("step-" + step + ".png");
    }

    /** Returns the step of a sheet's file. */
    static Optional<Long> sheetStep(Path file) {
        Matcher matcher = SHEET.matcher(String.valueOf(file.getFileName()));
        return matcher.matches() ? Optional.of(Long.parseLong(matcher.group(1))) : Optional.empty();
    }
}
