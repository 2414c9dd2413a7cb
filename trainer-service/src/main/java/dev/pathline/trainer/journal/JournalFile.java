package dev.pathline.trainer.journal;

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
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a file that one process appends to and others may read. A line that a killed process or a full disk has left
 * unfinished is no line: readers pass over it, and the next writer cuts it off. Not for use by many threads.
 */
final class JournalFile {

    private final Path file;
    /** Where the last whole line ends that was read or written here. */
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

    /**
     * Appends lines: all of them, or none.
     *
     * @throws IOException if they cannot be written; the file is as it was
     */
    void append(List<JournalLine> added) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ,
                StandardOpenOption.WRITE)) {
            long whole = wholeLines(channel);
            channel.truncate(whole).position(whole);
            try {
                ByteBuffer bytes = StandardCharsets.UTF_8.encode(text(added));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
            } catch (IOException e) {
                channel.truncate(whole);
                throw e;
            }
            end = channel.size();
            lines += added.size();
        }
    }

    /**
     * Puts other lines in the place of all: readers see the old or the new ones.
     *
     * @throws IOException if they cannot be written; the old ones are still there
     */
    void replace(List<JournalLine> all) throws IOException {
        AtomicFiles.write(file, text(all));
        end = Files.size(file);
        lines = all.size();
        key = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    }

    /**
     * Reads the lines that were appended since the last time.
     *
     * @param anew is run first where the file was written anew, and is read from its beginning
     * @param line is called for each line
     * @throws IOException if the file is there and cannot be read
     */
    void readNew(Runnable anew, Consumer<String> line) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            Object now = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
            if (channel.size() < end || (key != null && !key.equals(now))) {
                end = 0;
                lines = 0;
                anew.run();
            }
            key = now;
            channel.position(end);
            ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(Integer.MAX_VALUE - 8, channel.size() - end));
            while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
                // until all is there
            }
            take(bytes.array(), bytes.position(), line);
        } catch (NoSuchFileException e) {
            // Nothing has happened yet.
        }
    }

    /** Bytes that are no UTF-8 are those of a line that a dying disk has spoilt: one line, not the rest of the file. */
    private void take(byte[] bytes, int length, Consumer<String> line) {
        int from = 0;
        for (int i = 0; i < length; i++) {
            if (bytes[i] == '\n') {
                line.accept(new String(bytes, from, i - from, StandardCharsets.UTF_8));
                lines++;
                from = i + 1;
            }
        }
        end += from;
    }

    private static String text(List<JournalLine> lines) {
        return lines.stream().map(line -> JournalJson.write(line) + "\n").collect(Collectors.joining());
    }

    /** Returns where the last whole line ends. */
    private static long wholeLines(FileChannel channel) throws IOException {
        ByteBuffer one = ByteBuffer.allocate(1);
        for (long whole = channel.size(); whole > 0; whole--) {
            one.clear();
            channel.read(one, whole - 1);
            if (one.get(0) == '\n') {
                return whole;
            }
        }
        return 0;
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
