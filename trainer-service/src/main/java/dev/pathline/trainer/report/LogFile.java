package dev.pathline.trainer.report;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * A file of lines that one process appends to. A line that a killed process or a full disk has left unfinished is no
 * line: readers pass over it, and the next writer cuts it off.
 */
final class LogFile {

    private final Path file;

    LogFile(Path file) {
        this.file = file;
    }

    /**
     * Returns the whole lines of a file; none of one that is not there.
     *
     * @throws IOException if it cannot be read
     */
    static List<String> lines(Path file) throws IOException {
        try {
            // Bytes that are no UTF-8 are those of a line that a dying disk has spoilt: one line, not the whole file.
            String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
            return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    /**
     * Appends lines: all of them, or none.
     *
     * @throws IOException if they cannot be written
     */
    void append(List<String> lines) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ,
                StandardOpenOption.WRITE)) {
            long end = wholeLines(channel);
            channel.truncate(end).position(end);
            try {
                write(channel, lines);
            } catch (IOException e) {
                channel.truncate(end);
                throw e;
            }
        }
    }

    /**
     * Puts other lines in the place of all: readers see the old or the new ones.
     *
     * @throws IOException if they cannot be written; the old ones are still there
     */
    void replace(List<String> lines) throws IOException {
        Path part = file.resolveSibling("." + file.getFileName() + ".part");
        try {
            try (FileChannel channel = FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
                    StandardOpenOption.TRUNCATE_EXISTING)) {
                write(channel, lines);
                // Otherwise a crash of the machine may keep the new name and lose the content.
                channel.force(true);
            }
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    private static void write(FileChannel channel, List<String> lines) throws IOException {
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(String.join("\n", lines) + "\n");
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** Returns where the last whole line ends. */
    private static long wholeLines(FileChannel channel) throws IOException {
        ByteBuffer one = ByteBuffer.allocate(1);
        for (long end = channel.size(); end > 0; end--) {
            one.clear();
            channel.read(one, end - 1);
            if (one.get(0) == '\n') {
                return end;
            }
        }
        return 0;
    }
}
