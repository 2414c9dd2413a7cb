package dev.pathline.worker;

import dev.pathline.engine.checkpoint.Checkpoint;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

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

    /** Returns a checkpoint, reading it when it is new. May block on the disk; a second asker waits for the first. */
    synchronized Checkpoint of(String model, Path directory) {
        return checkpoints.computeIfAbsent(model, _ -> Checkpoint.read(directory));
    }
}
