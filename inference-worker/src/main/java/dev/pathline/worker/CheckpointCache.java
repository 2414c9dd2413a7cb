package dev.pathline.worker;

import dev.pathline.engine.checkpoint.Checkpoint;
import java.lang.ref.SoftReference;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The checkpoints that were read, by name and version, as long as there is memory for them; a version never changes, so an
 * entry never does.
 */
final class CheckpointCache {

    private final Map<String, Entry> entries = new ConcurrentHashMap<>();

    /** Returns a checkpoint that is here already; does not wait for one that is being read. */
    Optional<Checkpoint> known(String model) {
        return Optional.ofNullable(entries.get(model)).map(Entry::known);
    }

    /**
     * Returns a checkpoint, reading it from a folder when it is new. May block on the disk: who asks for a checkpoint that is
     * being read waits for it, who asks for another one does not.
     */
    Checkpoint read(String model, Path directory) {
        return entries.computeIfAbsent(model, _ -> new Entry()).read(directory);
    }

    /** A checkpoint that is read once, and again after it was forgotten. */
    private static final class Entry {

        private volatile SoftReference<@Nullable Checkpoint> reference = new SoftReference<>(null);

        @Nullable
        Checkpoint known() {
            return reference.get();
        }

        synchronized Checkpoint read(Path directory) {
            Checkpoint known = reference.get();
            if (known != null) {
                return known;
            }
            Checkpoint read = Checkpoint.read(directory);
            reference = new SoftReference<>(read);
            return read;
        }
    }
}
