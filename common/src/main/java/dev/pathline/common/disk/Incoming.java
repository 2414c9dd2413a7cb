package dev.pathline.common.disk;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * A hidden folder in which a checkpoint is written before it gets its place. Its writer holds a lock in it, by which
 * others see that it lives.
 */
public final class Incoming implements AutoCloseable {

    private static final String PREFIX = ".incoming-";
    private static final String LOCK = ".lock";

    private final Path folder;
    private final FileChannel channel;

    private Incoming(Path folder, FileChannel channel) {
        this.folder = folder;
        this.channel = channel;
    }

    /** Makes one in a folder, which must exist. */
    public static Incoming in(Path home) throws IOException {
        Path folder = Files.createDirectory(home.resolve(PREFIX + UUID.randomUUID()));
        FileChannel channel = FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE_NEW,
                StandardOpenOption.WRITE);
        HomeLock.lock(channel);
        return new Incoming(folder, channel);
    }

    /** The folder to write, which does not exist yet. */
    public Path checkpoint() {
        return folder.resolve("checkpoint");
    }

    /** Deletes those whose writers are dead; where locks do not tell, those that are older than a time. */
    public static List<String> sweep(Path home, Instant before) throws IOException {
        var swept = new ArrayList<String>();
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(home, PREFIX + "*")) {
            for (Path folder : folders) {
                if (isAbandoned(folder.resolve(LOCK))
                        || Files.getLastModifiedTime(folder).toInstant().isBefore(before)) {
                    Disk.deleteTree(folder);
                    swept.add(folder.toString());
                }
            }
        }
        return swept;
    }

    /** One that is just being made has no lock yet, and is left alone. */
    private static boolean isAbandoned(Path lock) {
        try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE);
                FileLock held = channel.tryLock()) {
            return held != null;
        } catch (IOException | OverlappingFileLockException _) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        try {
            Disk.deleteTree(folder);
        } finally {
            channel.close();
        }
    }
}
