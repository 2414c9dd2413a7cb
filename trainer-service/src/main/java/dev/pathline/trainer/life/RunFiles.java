package dev.pathline.trainer.life;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The small files of a run's folder. */
public final class RunFiles {

    /** The specification as it was given. */
    public static final String SPEC = "spec.yaml";
    /** What happened, a line an event. */
    public static final String EVENTS = "events.jsonl";

    private static final Pattern SHEET = Pattern.compile("step-(\\d{1,18})\\.png");

    private RunFiles() {}

    /** Returns a text file, empty where there is none. */
    public static Optional<String> text(Path file) {
        return bytes(file).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }

    /** Returns a file, empty where there is none. */
    public static Optional<byte[]> bytes(Path file) {
        try {
            return Optional.of(Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    /** Returns the steps of which there are sample sheets, in order. */
    public static List<Long> sheets(Path run) {
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
    public static Path sheet(Path run, long step) {
        return run.resolve("sheets").resolve("step-" + step + ".png");
    }

    /** Returns the step of a sheet's file. */
    public static Optional<Long> sheetStep(Path file) {
        Matcher matcher = SHEET.matcher(String.valueOf(file.getFileName()));
        return matcher.matches() ? Optional.of(Long.parseLong(matcher.group(1))) : Optional.empty();
    }
}
