package dev.pathline.common.disk;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A hidden folder in which a checkpoint is written before it gets its place. Its writer holds a lock in it, by which
 * others see that it lives.
 */
public final class Incoming implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Incoming.class);
    private static final String PREFIX = ".incoming-";
    private static final String LOCK = ".lock";

    private final Path folder;
    private final OwnerMark lock;

    private Incoming(Path folder, OwnerMark lock) {
        this.folder = folder;
        this.lock = lock;
    }

    /** Makes one in a folder, which must exist. */
    public static Incoming in(Path home) throws IOException {
        Path folder = Files.createDirectory(home.resolve(PREFIX + UUID.randomUUID()));
        return new Incoming(folder, OwnerMark.create(folder.resolve(LOCK)));
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
                if (isAbandoned(folder.resolve(LOCK)) || isOlder(folder, before)) {
                    Disk.deleteTree(folder);
                    swept.add(folder.toString());
                }
            }
        }
        return swept;
    }

    /** One whose writer has just ended is gone, and nobody's to sweep. */
    private static boolean isOlder(Path folder, Instant before) throws IOException {
        try {
            return Files.getLastModifiedTime(folder).toInstant().isBefore(before);
        } catch (NoSuchFileException _) {
            return false;
        }
    }

    /** One that is just being made has no lock yet, and is left alone; so is one about whose lock nothing can be known. */
    private static boolean isAbandoned(Path lock) {
        try {
            return !OwnerMark.isHeld(lock);
        } catch (NoSuchFileException _) {
            return false;
        } catch (IOException e) {
            LOG.warn("{}: whether its writer lives cannot be known: {}", lock, e.getMessage());
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        try {
            Disk.deleteTree(folder);
        } finally {
            lock.close();
        }
    }
}
