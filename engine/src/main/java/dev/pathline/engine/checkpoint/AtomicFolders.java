package dev.pathline.engine.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.UUID;
import java.util.stream.Stream;

/** Folders that appear whole or not at all, and are never overwritten. */
public final class AtomicFolders {

    private AtomicFolders() {}

    /** What writes a folder's files. */
    @FunctionalInterface
    public interface Content {
        /** Writes everything into a folder, which may not exist yet. */
        void writeTo(Path folder) throws IOException;
    }

    /**
     * Writes beside {@code folder}, then moves into place.
     *
     * @throws IOException if {@code folder} exists, or the disk is full or not writable
     */
    public static void write(Path folder, Content content) throws IOException {
        Path target = folder.toAbsolutePath().normalize();
        Path part = target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + ".part");
        if (Files.exists(target)) {
            throw new IOException("it exists; versions are never overwritten");
        }
        try {
            content.writeTo(part);
            Files.move(part, target);
            AtomicFiles.force(target.resolve(".."));
        } finally {
            deleteTree(part);
        }
    }

    private static void deleteTree(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
