package dev.pathline.worker;

import dev.pathline.engine.checkpoint.Checkpoint;
import java.lang.ref.SoftReference;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The checkpoints that were read, by name and version, as long as there is memory for them; a version never changes, so an
 * entry never does.
 */
final class CheckpointCache {

    private final Map<String, SoftReference<Checkpoint>> checkpoints = new HashMap<>();

    /** Returns a checkpoint that is here already. */
    synchronized Optional<Checkpoint> known(String model) {
        SoftReference<Checkpoint> reference = checkpoints.get(model);
        return reference == null ? Optional.empty() : Optional.ofNullable(reference.get());
    }

    /**
     * Returns a checkpoint, reading it from a folder when it is new. May block on the disk, where a second asker waits for
     * the first.
     */
    synchronized Checkpoint read(String model, Path directory) {
        return known(model).orElseGet(() -> {
            checkpoints.values().removeIf(reference -> reference.get() == null);
            Checkpoint checkpoint = Checkpoint.read(directory);
            checkpoints.put(model, new SoftReference<>(checkpoint));
            return checkpoint;
        });
    }
}
