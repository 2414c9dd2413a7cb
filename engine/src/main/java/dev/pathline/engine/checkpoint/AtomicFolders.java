package dev.pathline.engine.checkpoint;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** Folders that appear whole or not at all, and are never overwritten. */
public final class AtomicFolders {

    private static final String PART = ".part";
    private static final String LOCK = ".lock";
    /** Where locks belong to processes (POSIX), to look at one of our own would give it back. */
    private static final Set<Path> WRITTEN_HERE = ConcurrentHashMap.newKeySet();

    private AtomicFolders() {}

    /** What writes a folder's files. */
    @FunctionalInterface
    public interface Content {
        /** Writes everything into a folder. */
        void writeTo(Path folder) throws IOException;
    }

    /**
     * Writes beside {@code folder}, then moves into place. What a writer of the same folder left that died is deleted.
     *
     * @throws IOException if {@code folder} exists, or the disk is full or not writable
     */
    public static void write(Path folder, Content content) throws IOException {
        Path target = folder.toAbsolutePath().normalize();
        if (Files.exists(target)) {
            throw new IOException("it exists; versions are never overwritten");
        }
        Path parent = Objects.requireNonNull(target.getParent(), "a folder to write has a parent");
        boolean made = !Files.exists(parent);
        Files.createDirectories(parent);
        parent = parent.toRealPath();
        String prefix = "." + target.getFileName() + ".";
        deleteAbandoned(parent, prefix);
        Path part = parent.resolve(prefix + UUID.randomUUID() + PART);
        try {
            WRITTEN_HERE.add(part);
            Files.createDirectory(part);
            write(part, target, content);
            AtomicFiles.force(parent);
        } finally {
            deleteTree(part);
            WRITTEN_HERE.remove(part);
            if (made && !Files.exists(target)) {
                deleteIfEmpty(parent);
            }
        }
    }

    /** The lock is held before others find its file, so that they never take a folder just made for one left behind. */
    private static void write(Path part, Path target, Content content) throws IOException {
        Path unseen = part.resolve(LOCK + ".new");
        Path lock = part.resolve(LOCK);
        try (FileChannel channel = FileChannel.open(unseen, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            lock(channel);
            Files.move(unseen, lock, StandardCopyOption.ATOMIC_MOVE);
            content.writeTo(part);
            Files.delete(lock);
            Files.move(part, target);
        }
    }

    /**
     * Deletes folders whose writers are dead: a living one holds the lock. One that is just being made has no lock yet, and
     * one that is just being moved none any more; they are left alone.
     */
    private static void deleteAbandoned(Path parent, String prefix) throws IOException {
        try (DirectoryStream<Path> parts = Files.newDirectoryStream(parent,
                entry -> entry.getFileName().toString().startsWith(prefix)
                        && entry.getFileName().toString().endsWith(PART))) {
            for (Path part : parts) {
                if (!WRITTEN_HERE.contains(part) && isAbandoned(part.resolve(LOCK))) {
                    deleteTree(part);
                }
            }
        }
    }

    private static boolean isAbandoned(Path lock) {
        try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE);
                FileLock held = channel.tryLock()) {
            return held != null;
        } catch (IOException | OverlappingFileLockException _) {
            // Looked at by another thread of this JVM, gone, or on a file system without locks, where nobody can tell.
            return false;
        }
    }

    private static void lock(FileChannel channel) {
        try {
            channel.lock();
        } catch (IOException _) {
            // A file system without locks; see isAbandoned.
            return;
        }
    }

    private static void deleteIfEmpty(Path folder) throws IOException {
        try {
            Files.deleteIfExists(folder);
        } catch (DirectoryNotEmptyException _) {
            // Somebody else has begun to write there.
            return;
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
