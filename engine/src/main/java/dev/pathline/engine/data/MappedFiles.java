package dev.pathline.engine.data;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Files as memory: the operating system reads what is touched and forgets it again, so data may be larger than the heap
 * and than 2 GiB. A mapping lasts as long as something refers to it. Files must not be changed while they are used.
 */
public final class MappedFiles {

    private MappedFiles() {}

    /**
     * Maps a whole file for reading.
     *
     * @throws DataException if it is missing, empty, not a file or unreadable; the message names it
     */
    public static MemorySegment map(Path file) {
        requireFile(file);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            if (channel.size() == 0) {
                throw new DataException(file + " is empty");
            }
            return channel.map(MapMode.READ_ONLY, 0, channel.size(), Arena.ofAuto());
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    /**
     * Reads what is mapped.
     *
     * @param name the file, for the message
     * @param copy what reads
     * @throws DataException if the file was cut, or its disk failed, after it was mapped
     */
    public static void reading(String name, Runnable copy) {
        try {
            copy.run();
            // Compiled code hears of a page that is gone at the next safepoint, which may come after the copy. The return from a
            // call into the JVM is one; of those, this is among the cheapest, and costs no turn on the processor.
            var unusedBytes = Runtime.getRuntime().totalMemory();
        } catch (InternalError e) {
            throw new DataException(name + " became shorter, or unreadable, while it was in use", e);
        }
    }

    /**
     * Requires that there is a file.
     *
     * @throws DataException if there is none, or it is something else
     */
    public static void requireFile(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new DataException(Files.exists(file) ? file + " is not a file" : "there is no file " + file);
        }
    }

    /** Returns what says that a file cannot be read, and why. */
    public static DataException unreadable(Path file, IOException e) {
        String name = e.getClass().getSimpleName().replaceFirst("Exception$", "");
        return new DataException(file + " cannot be read: " + name + ": " + e.getMessage(), e);
    }
}
