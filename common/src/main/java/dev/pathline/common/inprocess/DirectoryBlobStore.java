package dev.pathline.common.inprocess;

import dev.pathline.common.port.BlobKeyRules;
import dev.pathline.common.port.BlobStore;
import dev.pathline.common.port.PortUnavailableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Blobs as files in a directory, which may be a volume that several processes share. A file is written under a
 * temporary name and renamed, so readers see it whole or not at all.
 */
public final class DirectoryBlobStore implements BlobStore {

    /** Not a legal start of a key's last segment's file, so that listing and deleting can tell them apart. */
    private static final String TEMPORARY = "~";

    private final Path root;
    private final Clock clock;

    /**
     * A store in a directory, which is created if it does not exist.
     *
     * @throws UncheckedIOException if it cannot be created or written to
     */
    public DirectoryBlobStore(Path root, Clock clock) {
        this.root = root.toAbsolutePath().normalize();
        this.clock = clock;
        try {
            Files.createDirectories(this.root);
            Files.delete(Files.createTempFile(this.root, TEMPORARY, ""));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write to the blob directory " + this.root, e);
        }
    }

    @Override
    public void put(String key, byte[] bytes) {
        Path file = root.resolve(BlobKeyRules.requireKey(key));
        try {
            try {
                write(file, bytes);
            } catch (NoSuchFileException e) {
                // Someone deleted the directory while it was still empty; nobody does it twice.
                write(file, bytes);
            }
        } catch (IOException e) {
            throw unavailable("cannot write " + file, e);
        }
    }

    private void write(Path file, byte[] bytes) throws IOException {
        Files.createDirectories(directoryOf(file));
        Path temporary = Files.createTempFile(directoryOf(file), TEMPORARY, "");
        Files.write(temporary, bytes);
        Files.setLastModifiedTime(temporary, FileTime.from(clock.instant()));
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public Optional<byte[]> get(String key) {
        Path file = root.resolve(BlobKeyRules.requireKey(key));
        try {
            return Files.isDirectory(file) ? Optional.empty() : Optional.of(Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw unavailable("cannot read " + file, e);
        }
    }

    @Override
    public int deleteAll(String prefix) {
        Path directory = root.resolve(BlobKeyRules.requirePrefix(prefix));
        return Files.isDirectory(directory) ? deleteIf(directory, attributes -> true) : 0;
    }

    @Override
    public int deleteOlderThan(Instant time) {
        return deleteIf(root, attributes -> attributes.lastModifiedTime().toInstant().isBefore(time));
    }

    private int deleteIf(Path start, Predicate<BasicFileAttributes> condition) {
        int[] deleted = new int[1];
        try {
            Files.walkFileTree(start, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    if (condition.test(attributes) && Files.deleteIfExists(file)
                            && !file.getFileName().toString().startsWith(TEMPORARY)) {
                        deleted[0]++;
                    }
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                    // Another process may have deleted it first.
                    return e instanceof NoSuchFileException ? FileVisitResult.CONTINUE : super.visitFileFailed(file, e);
                }

                @Override
                public FileVisitResult postVisitDirectory(Path directory,
                        @Nullable IOException e) {
                    if (!directory.equals(root)) {
                        directory.toFile().delete(); // only if it is empty; File.delete does not throw for that
                    }
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw unavailable("cannot delete under " + start, e);
        }
        return deleted[0];
    }

    private static PortUnavailableException unavailable(String what, IOException e) {
        return new PortUnavailableException(what + ": " + (e.getMessage() == null ? e : e.getMessage()), e);
    }

    private static Path directoryOf(Path file) {
        Path parent = file.getParent();
        if (parent == null) {
            throw new IllegalArgumentException("no directory above " + file);
        }
        return parent;
    }
}
