package dev.pathline.standalone.cli;

import dev.pathline.engine.checkpoint.AtomicFiles;
import dev.pathline.engine.training.WriteFailure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A file that a command is going to write when its work is done. It is looked at before the work: whatever could keep it
 * from being written then, or would be lost by it, is refused.
 */
final class ReportFile {

    /** A disk that takes so much takes a report. */
    private static final int TRIED = 1 << 16;
    private static final int LOOKED_AT = 1 << 16;

    private final Path given;
    private final Path file;

    private ReportFile(Path given, Path file) {
        this.given = given;
        this.file = file;
    }

    /**
     * Requires that a file can be written.
     *
     * @param option what names it
     * @param mine whether a file that begins like that may be replaced; one that is empty may
     * @param kind what such files are, for the message
     * @throws IllegalArgumentException if it cannot be written, or holds something else
     */
    static ReportFile require(String option, Path given, Predicate<String> mine, String kind) {
        if (given.toString().equals(OutputFile.STANDARD_OUTPUT)) {
            throw new IllegalArgumentException(option + " names a file; the standard output has the table");
        }
        if (Files.isDirectory(given)) {
            throw new IllegalArgumentException(option + " names a file, but " + given + " is a folder");
        }
        if (!Files.exists(given) && Files.isSymbolicLink(given)) {
            throw new IllegalArgumentException(given + " is a link to nothing: name a file for " + option);
        }
        if (Files.exists(given) && !Files.isRegularFile(given)) {
            throw new IllegalArgumentException(option + " names a file, but " + given + " is a device or a pipe");
        }
        try {
            // What a link points to is written, not the link.
            Path file = Files.exists(given) ? given.toRealPath() : given.toAbsolutePath();
            requireWritable(given, file);
            if (Files.exists(file) && Files.size(file) > 0 && !mine.test(beginning(file))) {
                throw new IllegalArgumentException(given + " is there already, and it is not " + kind
                        + ": it is never overwritten; name another file for " + option);
            }
            return new ReportFile(given, file);
        } catch (IOException e) {
            throw new IllegalArgumentException(given + " cannot be written: " + WriteFailure.reason(e), e);
        }
    }

    /** Returns whether both are one file. */
    boolean isSame(ReportFile other) {
        return file.normalize().equals(other.file.normalize());
    }

    /** Returns whether there is something in it. */
    boolean holdsSomething() throws IOException {
        return Files.exists(file) && Files.size(file) > 0;
    }

    /** Returns what is in it. */
    String read() throws IOException {
        return Files.readString(file);
    }

    /** Writes it, whole or not at all. */
    void write(String text) throws IOException {
        AtomicFiles.write(file, text);
    }

    @Override
    public String toString() {
        return given.toString();
    }

    private static void requireWritable(Path given, Path file) throws IOException {
        if (Files.exists(file) && OutputFile.isReadOnly(file)) {
            throw new IllegalArgumentException(given + " is read-only, and is not overwritten");
        }
        Path there = folder(file);
        while (!Files.exists(there)) {
            there = folder(there);
        }
        if (!Files.isDirectory(there)) {
            throw new NotDirectoryException(there.toString());
        }
        @Nullable
        Path tried = null;
        try {
            tried = Files.createTempFile(there, ".writable", ".part");
            Files.write(tried, new byte[TRIED]);
        } catch (IOException e) {
            throw new IOException(there + " takes no file" + reason(e), e);
        } finally {
            if (tried != null) {
                Files.delete(tried);
            }
        }
    }

    private static String reason(IOException e) {
        return switch (e) {
            case AccessDeniedException _ -> ": permission is denied";
            case FileSystemException of when of.getReason() != null -> ": " + of.getReason();
            case FileSystemException _ -> "";
            default -> ": " + e.getMessage();
        };
    }

    private static Path folder(Path file) {
        Path folder = file.getParent();
        return folder == null ? file : folder;
    }

    private static String beginning(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(LOOKED_AT), StandardCharsets.UTF_8);
        }
    }
}
