package dev.pathline.worker;

import dev.pathline.engine.checkpoint.Checkpoint;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The checkpoints that were read last, by name and version; a version never changes, so an entry never does. */
final class CheckpointCache {

    private final Map<String, Checkpoint> checkpoints;

    CheckpointCache(int capacity) {
        checkpoints = new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Checkpoint> eldest) {
                return size() > capacity;
            }
        };
    }

    /**
     * Returns a checkpoint, reading it when it is new. May block on the disk, where a second asker waits for the first.
     *
     * @param directory brings its files here; the others do not wait for that
     */
    Checkpoint of(String model, Supplier<Path> directory) {
        Checkpoint known = known(model);
        return known != null ? known : read(model, directory.get());
    }

    private synchronized @Nullable Checkpoint known(String model) {
        return checkpoints.get(model);
    }

    private synchronized Checkpoint read(String model, Path directory) {
        return checkpoints.computeIfAbsent(model, _ -> Checkpoint.read(directory));
    }
}
