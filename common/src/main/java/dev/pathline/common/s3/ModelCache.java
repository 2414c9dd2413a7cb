package dev.pathline.common.s3;

import dev.pathline.common.disk.Disk;
import dev.pathline.common.disk.Incoming;
import dev.pathline.common.model.ModelFile;
import dev.pathline.common.model.ModelManifest;
import dev.pathline.common.model.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
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
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Local copies of models that are elsewhere. A copy is fetched on first use, once even for several threads, checked against
 * the manifest's hashes, and appears by one rename. When all copies take more than the bound, those go that were opened
 * longest ago; one that was opened within {@link #GRACE} stays, because somebody may be reading it.
 */
final class ModelCache {

    /** Long enough to read a checkpoint from a disk. */
    static final Duration GRACE = Duration.ofMinutes(10);

    private static final String EVICTED = ".evicted-";

    private final Path root;
    private final long maxBytes;
    private final Clock clock;
    private final Map<Path, Object> locks = new ConcurrentHashMap<>();

    /** Where a file comes from. */
    @FunctionalInterface
    interface Fetch {
        /** Opens a file of the model. */
        InputStream open(String path) throws IOException;
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
    Path open(ModelManifest manifest, Fetch fetch) throws IOException {
        Path folder = folder(manifest);
        synchronized (locks.computeIfAbsent(folder, _ -> new Object())) {
            if (!isWhole(folder, manifest)) {
                try (Incoming incoming = incoming()) {
                    for (ModelFile file : manifest.files()) {
                        fetch(manifest, file, incoming.checkpoint(), fetch);
                    }
                    place(incoming.checkpoint(), folder, manifest);
                }
            }
            touch(folder);
        }
        evict();
        return folder;
    }

    /** Makes what was just registered a copy, so that it need not be fetched. */
    void adopt(ModelManifest manifest, Path checkpoint) throws IOException {
        Path folder = folder(manifest);
        synchronized (locks.computeIfAbsent(folder, _ -> new Object())) {
            place(checkpoint, folder, manifest);
            touch(folder);
        }
        evict();
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

    private synchronized void evict() throws IOException {
        List<Entry> entries = entries();
        long bytes = entries.stream().mapToLong(Entry::bytes).sum();
        Instant before = clock.instant().minus(GRACE);
        for (Entry entry : entries) {
            if (bytes > maxBytes && !entry.opened().isAfter(before)) {
                Path evicted = root.resolve(EVICTED + UUID.randomUUID());
                Files.move(entry.folder(), evicted, StandardCopyOption.ATOMIC_MOVE);
                Disk.deleteTree(evicted);
                bytes -= entry.bytes();
            }
        }
        deleteEvicted();
    }

    private List<Entry> entries() throws IOException {
        var entries = new ArrayList<Entry>();
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(root, "[!.]*")) {
            for (Path folder : folders) {
                entries.add(new Entry(folder, size(folder), Files.getLastModifiedTime(folder).toInstant()));
            }
        }
        entries.sort(Comparator.comparing(Entry::opened));
        return entries;
    }

    private static long size(Path folder) throws IOException {
        long bytes = 0;
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.filter(Files::isRegularFile).toList()) {
                bytes += Files.size(path);
            }
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
