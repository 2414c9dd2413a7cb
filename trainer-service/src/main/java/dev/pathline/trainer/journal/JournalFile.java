package dev.pathline.trainer.journal;

import dev.pathline.common.port.TrainingRuns.LoggedRunEvent;
import dev.pathline.common.wire.Json;
import dev.pathline.common.wire.TrainingRunEventJson;
import dev.pathline.engine.checkpoint.AtomicFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Events as lines of a file. One process appends; others may read. A line that was cut off by the end of its writer, or
 * by a full disk, is skipped. Not for use by many threads.
 */
public final class JournalFile {

    private final Path file;
    private long end;
    private int lines;
    private @Nullable Object key;

    JournalFile(Path file) {
        this.file = file;
    }

    /** How many lines the file has, as far as it was read or written here. */
    int lines() {
        return lines;
    }

    /** Appends a line; what a full disk took half of is taken back. */
    void append(LoggedRunEvent logged) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            long before = channel.size();
            // A line that its writer did not finish must not swallow this one.
            String line = (end < before ? "\n" : "") + line(logged) + "\n";
            try {
                channel.position(before);
                ByteBuffer bytes = StandardCharsets.UTF_8.encode(line);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
            } catch (IOException e) {
                channel.truncate(before);
                throw e;
            }
            end = channel.size();
            lines++;
        }
    }

    /** Writes the file anew. */
    void replace(List<LoggedRunEvent> events) throws IOException {
        var text = new StringBuilder();
        events.forEach(logged -> text.append(line(logged)).append('\n'));
        AtomicFiles.write(file, text.toString());
        end = Files.size(file);
        lines = events.size();
        key = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    }

    /**
     * Reads the lines that were appended since the last time.
     *
     * @param event is called for each event
     * @return whether the file was written anew, and is read from its beginning
     */
    boolean readNew(Consumer<LoggedRunEvent> event) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            Object now = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
            boolean anew = channel.size() < end || (key != null && !key.equals(now));
            if (anew) {
                end = 0;
                lines = 0;
            }
            key = now;
            channel.position(end);
            ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(Integer.MAX_VALUE - 8, channel.size() - end));
            while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
                // until all is there
            }
            take(new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8), event);
            return anew;
        } catch (NoSuchFileException e) {
            // Nothing has happened yet.
            return false;
        }
    }

    private void take(String text, Consumer<LoggedRunEvent> event) {
        int from = 0;
        for (int to = text.indexOf('\n'); to >= 0; to = text.indexOf('\n', from)) {
            String line = text.substring(from, to);
            LoggedRunEvent logged = event(line);
            if (logged != null) {
                event.accept(logged);
            }
            end += line.getBytes(StandardCharsets.UTF_8).length + 1L;
            lines++;
            from = to + 1;
        }
    }

    private static String line(LoggedRunEvent logged) {
        var line = Json.MAPPER.createObjectNode();
        line.put("id", logged.position());
        line.put("type", logged.event().type());
        line.set("data", Json.MAPPER.valueToTree(logged.event()));
        return Json.MAPPER.writeValueAsString(line);
    }

    private static @Nullable LoggedRunEvent event(String line) {
        try {
            JsonNode tree = Json.MAPPER.readTree(line);
            return new LoggedRunEvent(tree.path("id").asLong(), TrainingRunEventJson
                    .read(tree.path("type").asString(""), tree.path("data").toString()));
        } catch (JacksonException | IllegalArgumentException e) {
            return null;
        }
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
