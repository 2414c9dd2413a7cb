package dev.pathline.common.disk;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One writer at a time in a model's folder: a lock of the operating system between processes, which lets go when a
 * process dies, and one of the JVM between its threads, for which the other is none.
 */
public final class FolderLock implements AutoCloseable {

    private static final String FILE = ".lock";
    private static final Map<Path, ReentrantLock> LOCKS = new ConcurrentHashMap<>();

    private final ReentrantLock threads;
    private final FileChannel channel;

    private FolderLock(ReentrantLock threads, FileChannel channel) {
        this.threads = threads;
        this.channel = channel;
    }

    /**
     * Waits for the lock of a folder, which must exist. On a file system without locks the writers of one machine's process
     * are all that is kept apart, which is logged.
     *
     * @throws IOException if the lock cannot be taken for another reason, or the wait for it is interrupted
     */
    public static FolderLock take(Path home) throws IOException {
        ReentrantLock threads = LOCKS.computeIfAbsent(home.toAbsolutePath().normalize(), _ -> new ReentrantLock());
        threads.lock();
        @Nullable
        FileChannel channel = null;
        boolean taken = false;
        try {
            channel = FileChannel.open(home.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            SystemLock.take(home.resolve(FILE), channel);
            taken = true;
            return new FolderLock(threads, channel);
        } finally {
            if (!taken) {
                try {
                    if (channel != null) {
                        channel.close();
                    }
                } finally {
                    threads.unlock();
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            threads.unlock();
        }
    }
}
