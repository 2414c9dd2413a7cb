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
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
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
    private static final Pattern PART = Pattern.compile("\\.snapshot-.*\\.part");
    private static final String STEP = "step";
    private static final String IDENTITY = "identity.";

    private final Path folder;
    private final SortedMap<String, String> identity;

    /**
     * @param folder where the snapshots are; made when it is missing
     * @param identity what must be the same for a run to go on, by name: everything that determines the weights. It is
     *        written into each snapshot, so that a difference can be named.
     */
    public Snapshots(Path folder, Map<String, String> identity) {
        this.folder = folder;
        this.identity = new TreeMap<>(identity);
    }

    /** A snapshot that was read. */
    record Snapshot(long step, Map<String, TensorData> tensors) {}

    /**
     * Writes a snapshot, then deletes all but the newest two.
     *
     * @throws TrainingException if it cannot be written; earlier ones are untouched
     */
    void write(long step, Map<String, TensorData> tensors) {
        var metadata = new TreeMap<String, String>();
        metadata.put(STEP, Long.toString(step));
        identity.forEach((name, value) -> metadata.put(IDENTITY + name, value));
        try {
            Safetensors.write(folder.resolve("snapshot-" + step + ".safetensors"), tensors, StoredType.F32, metadata);
        } catch (UncheckedIOException e) {
            throw new TrainingException("the snapshot of step " + step + " cannot be written to " + folder + ": "
                    + WriteFailure.reason(e.getCause()) + "; earlier snapshots are intact, so once there is room and"
                    + " permission to write, the same command goes on from the last of them", e);
        }
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
     * @throws CheckpointException if it belongs to another run; the message says what differs
     */
    Optional<Snapshot> latest() {
        sweep();
        for (Path file : files()) {
            Safetensors content;
            try {
                content = Safetensors.read(file);
            } catch (CheckpointException e) {
                System.getLogger(Snapshots.class.getName()).log(System.Logger.Level.WARNING,
                        "skipping a snapshot that is not whole: " + e.getMessage());
                continue;
            }
            requireSameRun(file, content.metadata());
            return Optional.of(new Snapshot(step(file), content.tensors()));
        }
        return Optional.empty();
    }

    /** Deletes what a process that was killed while it wrote has left behind. */
    private void sweep() {
        for (Path file : list(PART)) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                // It takes room and does no harm.
            }
        }
    }

    private void requireSameRun(Path file, Map<String, String> metadata) {
        var before = new TreeMap<String, String>();
        metadata.forEach((key, value) -> {
            if (key.startsWith(IDENTITY)) {
                before.put(key.substring(IDENTITY.length()), value);
            }
        });
        var names = new TreeSet<>(before.keySet());
        names.addAll(identity.keySet());
        List<String> differences = names.stream()
                .filter(name -> !Objects.equals(before.get(name), identity.get(name)))
                .map(name -> name + " was " + before.getOrDefault(name, "not given") + " and is "
                        + identity.getOrDefault(name, "not given"))
                .toList();
        if (!differences.isEmpty()) {
            throw new CheckpointException(file + " is of a run with other settings: " + String.join("; ", differences)
                    + ". Go on with the settings it had, choose another folder for this run, or delete this one to"
                    + " start anew");
        }
    }

    /** All snapshot files, the newest first. */
    private List<Path> files() {
        return list(NAME).stream().sorted(Comparator.comparingLong(Snapshots::step).reversed()).toList();
    }

    private List<Path> list(Pattern name) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> list = Files.list(folder)) {
            return list.filter(f -> name.matcher(f.getFileName().toString()).matches()).toList();
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
