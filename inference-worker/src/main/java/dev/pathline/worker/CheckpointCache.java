package dev.pathline.worker;

import dev.pathline.engine.checkpoint.Checkpoint;
import java.lang.ref.SoftReference;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The checkpoints that were read, by name and version, as long as there is memory for them; a version never changes, so an
 * entry never does.
 */
final class CheckpointCache {

    private final Map<String, SoftReference<Checkpoint>> checkpoints = new HashMap<>();

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
        SoftReference<Checkpoint> reference = checkpoints.get(model);
        return reference == null ? null : reference.get();
    }

    private synchronized Checkpoint read(String model, Path directory) {
        Checkpoint known = known(model);
        if (known != null) {
            return known;
        }
        checkpoints.values().removeIf(reference -> reference.get() == null);
        Checkpoint checkpoint = Checkpoint.read(directory);
        checkpoints.put(model, new SoftReference<>(checkpoint));
        return checkpoint;
    }
}
