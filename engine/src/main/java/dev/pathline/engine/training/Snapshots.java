package dev.pathline.engine.training;

import dev.pathline.engine.checkpoint.CheckpointException;
import dev.pathline.engine.checkpoint.Safetensors;
import dev.pathline.engine.checkpoint.StoredType;
import dev.pathline.engine.checkpoint.TensorData;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The snapshots of a run, in one folder: {@code snapshot-STEP.safetensors}. Each appears whole or not at all; the last
 * two are kept, so that one that a dying disk has spoilt is not the only one.
 */
public final class Snapshots {

    private static final int KEPT = 2;
    private static final Pattern NAME = Pattern.compile("snapshot-(\\d{1,18})\\.safetensors");
    private static final String STEP = "step";
    private static final String FINGERPRINT = "fingerprint";

    private final Path folder;
    private final String fingerprint;

    /**
     * @param folder where the snapshots are; made when it is missing
     * @param fingerprint what must be the same for a run to go on: specification and data
     */
    public Snapshots(Path folder, String fingerprint) {
        this.folder = folder;
        this.fingerprint = fingerprint;
    }

    /** A snapshot that was read. */
    record Snapshot(long step, Map<String, TensorData> tensors) {}

    void write(long step, Map<String, TensorData> tensors) {
        Safetensors.write(folder.resolve("snapshot-" + step + ".safetensors"), tensors, StoredType.F32,
                Map.of(STEP, Long.toString(step), FINGERPRINT, fingerprint));
        List<Path> files = files();
        for (Path old : files.subList(Math.min(KEPT, files.size()), files.size())) {
            try {
                Files.deleteIfExists(old);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot delete the old snapshot " + old, e);
            }
        }
    }

    /**
     * Reads the newest snapshot that is whole.
     *
     * @throws CheckpointException if it belongs to another specification or other data
     */
    Optional<Snapshot> latest() {
        for (Path file : files()) {
            Safetensors content;
            try {
                content = Safetensors.read(file);
            } catch (CheckpointException e) {
                System.getLogger(Snapshots.class.getName()).log(System.Logger.Level.WARNING,
                        "skipping a snapshot that is not whole: " + e.getMessage());
                continue;
            }
            if (!fingerprint.equals(content.metadata().get(FINGERPRINT))) {
                throw new CheckpointException(file + " was made by a run with another specification or other data;"
                        + " choose another folder, or delete this one to start anew");
            }
            return Optional.of(new Snapshot(step(file), content.tensors()));
        }
        return Optional.empty();
    }

    /** All snapshot files, the newest first. */
    private List<Path> files() {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> list = Files.list(folder)) {
            return list.filter(f -> NAME.matcher(f.getFileName().toString()).matches())
                    .sorted(Comparator.comparingLong(Snapshots::step).reversed()).toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + folder, e);
        }
    }

    private static long step(Path file) {
        Matcher matcher = NAME.matcher(file.getFileName().toString());
        if (!matcher.matches()) {
            throw new IllegalArgumentException(file + " is not a snapshot");
        }
        return Long.parseLong(matcher.group(1));
    }
}
