package dev.pathline.s3;

import dev.pathline.common.disk.Disk;
import dev.pathline.common.disk.FolderLock;
import dev.pathline.common.disk.Incoming;
import dev.pathline.common.model.ModelFile;
import dev.pathline.common.model.ModelManifest;
import dev.pathline.common.model.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Local copies of models that are elsewhere. A copy is fetched on first use, once even for several threads, checked against
 * the manifest's hashes, and appears by one rename. When all copies take more than the bound, those go that were opened
 * longest ago.
 *
 * <p>Implementation note. Nobody is pulled a copy from under:
 * <ul>
 * <li>Fetching, opening and evicting a copy take its lock, which keeps threads and processes apart; when it was opened
 * is looked at again under it.
 * <li>A copy that this process is reading is held, and stays however long that takes. Other processes cannot see that:
 * from them it is safe for {@link #GRACE} after it was opened.
 * </ul>
 */
final class ModelCache {

    /** Long enough to read a checkpoint from a disk. */
    static final Duration GRACE = Duration.ofMinutes(10);

    private static final Logger LOG = LoggerFactory.getLogger(ModelCache.class);
    private static final String EVICTED = ".evicted-";
    private static final String LOCKS = ".locks";

    private final Path root;
    private final long maxBytes;
    private final Clock clock;
    /** How many are reading a copy. */
    private final Map<Path, Integer> readers = new ConcurrentHashMap<>();

    /** Where a file comes from. */
    @FunctionalInterface
    interface Fetch {
        /** Opens a file of the model. */
        InputStream open(String path) throws IOException;
    }

    /** A copy that stays until this is closed. */
    final class CachedModel implements AutoCloseable {

        private final Path folder;

        private CachedModel(Path folder) {
            this.folder = folder;
            readers.merge(folder, 1, Integer::sum);
        }

        /** Where it is. */
        Path folder() {
            return folder;
        }

        @Override
        public void close() {
            readers.computeIfPresent(folder, (_, count) -> count == 1 ? null : count - 1);
        }
    }

    /** Something that is kept, with its size and when it was opened last. */
    private record Entry(Path folder, long bytes, Instant opened) {}

    ModelCache(Path root, long maxBytes, Clock clock) {
        this.root = root.toAbsolutePath().normalize();
        this.maxBytes = maxBytes;
        this.clock = clock;
    }

    /** Makes a hidden folder beside the copies, on the same disk. */
    Incoming incoming() throws IOException {
        Files.createDirectories(root);
        Incoming.sweep(root, Instant.MIN);
        return Incoming.in(root);
    }

    /**
     * Returns the copy of a model, fetching it if there is none.
     *
     * @throws IllegalStateException if what is fetched is not what the manifest says
     */
    CachedModel open(ModelManifest manifest, Fetch fetch) throws IOException {
        // Held before it is looked for, so that it cannot go in between.
        var copy = new CachedModel(folder(manifest));
        boolean opened = false;
        try (var _ = lock(copy.folder())) {
            if (!isWhole(copy.folder(), manifest)) {
                try (Incoming incoming = incoming()) {
                    for (ModelFile file : manifest.files()) {
                        fetch(manifest, file, incoming.checkpoint(), fetch);
                    }
                    place(incoming.checkpoint(), copy.folder(), manifest);
                }
            }
            touch(copy.folder());
            opened = true;
        } finally {
            if (!opened) {
                copy.close();
            }
        }
        makeRoom();
        return copy;
    }

    /** Makes what was just registered a copy, so that it need not be fetched. */
    void adopt(ModelManifest manifest, Path checkpoint) throws IOException {
        Path folder = folder(manifest);
        try (var _ = lock(folder)) {
            place(checkpoint, folder, manifest);
            touch(folder);
        }
        makeRoom();
    }

    private FolderLock lock(Path folder) throws IOException {
        // Beside the copy: the lock must be there before the copy is, and while it goes.
        return FolderLock.take(Files.createDirectories(root.resolve(LOCKS).resolve(folder.getFileName())));
    }

    /** The hash is part of the name: two buckets may share a cache. */
    private Path folder(ModelManifest manifest) {
        return root.resolve(manifest.name() + "@" + manifest.version() + "-" + manifest.sha256().substring(0, 16));
    }

    /** The hashes were compared when it was fetched; a file that was cut short since then shows by its size. */
    private static boolean isWhole(Path folder, ModelManifest manifest) throws IOException {
        for (ModelFile file : manifest.files()) {
            Path local = folder.resolve(file.path());
            if (!Files.isRegularFile(local) || Files.size(local) != file.bytes()) {
                return false;
            }
        }
        return true;
    }

    private static void fetch(ModelManifest manifest, ModelFile file, Path folder, Fetch fetch) throws IOException {
        Path target = folder.resolve(file.path());
        Files.createDirectories(target.resolveSibling(""));
        String hash;
        try (InputStream in = fetch.open(file.path()); OutputStream out = Files.newOutputStream(target)) {
            hash = Sha256.copy(in, out);
        }
        if (!hash.equals(file.sha256())) {
            throw new IllegalStateException("the file " + file.path() + " of " + manifest.name() + "@"
                    + manifest.version() + " has SHA-256 " + hash + ", but was registered with " + file.sha256()
                    + ": it was changed where it is stored");
        }
    }

    private static void place(Path checkpoint, Path folder, ModelManifest manifest) throws IOException {
        Disk.forceTree(checkpoint);
        if (Files.exists(folder) && !isWhole(folder, manifest)) {
            Disk.deleteTree(folder);
        }
        try {
            Files.move(checkpoint, folder, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException e) {
            // Another process was faster; its copy is as good.
            if (!isWhole(folder, manifest)) {
                throw e;
            }
        }
    }

    private void touch(Path folder) throws IOException {
        Files.setLastModifiedTime(folder, FileTime.from(clock.instant()));
    }

    /** A copy that cannot be deleted takes room, and is no reason to fail who opened another. */
    private void makeRoom() {
        try {
            evict();
        } catch (IOException | UncheckedIOException | DirectoryIteratorException e) {
            LOG.warn("{}: old copies of models cannot be deleted: {}", root, e.getMessage());
        }
    }

    private synchronized void evict() throws IOException {
        List<Entry> entries = entries();
        long bytes = entries.stream().mapToLong(Entry::bytes).sum();
        Instant before = clock.instant().minus(GRACE);
        for (Entry entry : entries) {
            if (bytes > maxBytes && !entry.opened().isAfter(before) && !readers.containsKey(entry.folder())
                    && evict(entry.folder(), before)) {
                bytes -= entry.bytes();
            }
        }
        deleteEvicted();
    }

    /** Returns whether it is gone; it stays if somebody has opened it since it was listed. */
    private boolean evict(Path folder, Instant before) throws IOException {
        Path evicted = root.resolve(EVICTED + UUID.randomUUID());
        try (var _ = lock(folder)) {
            if (readers.containsKey(folder) || Files.getLastModifiedTime(folder).toInstant().isAfter(before)) {
                return false;
            }
            Files.move(folder, evicted, StandardCopyOption.ATOMIC_MOVE);
        } catch (NoSuchFileException e) {
            // Another process was faster.
            return true;
        }
        Disk.deleteTree(evicted);
        return true;
    }

    private List<Entry> entries() throws IOException {
        var entries = new ArrayList<Entry>();
        // Nothing but copies: an older version shared the folder with other caches.
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(root, "[!.]*@*-*")) {
            for (Path folder : folders) {
                entry(folder).ifPresent(entries::add);
            }
        }
        entries.sort(Comparator.comparing(Entry::opened));
        return entries;
    }

    /** Empty if another process has just evicted it. */
    private static Optional<Entry> entry(Path folder) throws IOException {
        try {
            return Optional.of(new Entry(folder, size(folder), Files.getLastModifiedTime(folder).toInstant()));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private static long size(Path folder) throws IOException {
        long bytes = 0;
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.filter(Files::isRegularFile).toList()) {
                bytes += Files.size(path);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return bytes;
    }

    /** What a process left that died while it evicted. */
    private void deleteEvicted() throws IOException {
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(root, EVICTED + "*")) {
            for (Path folder : folders) {
                Disk.deleteTree(folder);
            }
        }
    }
}
