package dev.pathline.engine.training;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import dev.pathline.engine.checkpoint.CheckpointException;
import dev.pathline.engine.checkpoint.Safetensors;
import dev.pathline.engine.checkpoint.StoredType;
import dev.pathline.engine.checkpoint.TensorData;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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
    private static final String TRAINED = "trainedNanos";
    private static final String IDENTITY = "identity.";

    private final Path folder;
    private final SortedMap<String, String> identity;
    private final boolean force;

    /**
     * @param folder where the snapshots are; made when it is missing
     * @param identity what must be the same for a run to go on, by name: everything that determines the weights. It is
     *        written into each snapshot, so that a difference can be named.
     * @param force whether to go on from a snapshot of a run with another identity
     */
    public Snapshots(Path folder, Map<String, String> identity, boolean force) {
        this.folder = folder;
        this.identity = new TreeMap<>(identity);
        this.force = force;
    }

    /**
     * A snapshot that was read.
     *
     * @param step the last step that was done
     * @param trained the time spent on steps so far
     * @param tensors the state
     */
    record Snapshot(long step, Duration trained, Map<String, TensorData> tensors) {}

    /**
     * Writes a snapshot, then deletes all but the newest two.
     *
     * @throws UncheckedIOException if it cannot be written; earlier ones are untouched
     */
    void write(Snapshot snapshot) {
        var metadata = new TreeMap<String, String>();
        metadata.put(STEP, Long.toString(snapshot.step()));
        metadata.put(TRAINED, Long.toString(snapshot.trained().toNanos()));
        identity.forEach((name, value) -> metadata.put(IDENTITY + name, value));
        Safetensors.write(folder.resolve("snapshot-" + snapshot.step() + ".safetensors"), snapshot.tensors(),
                StoredType.F32, metadata);
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
            List<String> differences = differences(content.metadata());
            if (!differences.isEmpty() && !force) {
                throw new CheckpointException(file + " is of a run with other settings: "
                        + String.join("; ", differences) + ". Go on with the settings it had, choose another folder for"
                        + " this run, delete this one to start anew, or force it to go on with the settings of now");
            }
            return Optional.of(new Snapshot(step(file), trained(content.metadata()), content.tensors()));
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

    /**
     * Puts snapshots aside, so that the run goes on from an earlier one; they are kept under another name.
     *
     * @param step the first that is not to be trusted
     * @return the step of the newest snapshot that is left, or 0
     */
    long reject(long step) {
        for (Path file : files()) {
            if (step(file) >= step) {
                try {
                    Files.move(file, file.resolveSibling("rejected-" + step(file) + ".safetensors"), REPLACE_EXISTING);
                } catch (IOException e) {
                    throw new UncheckedIOException("cannot put the snapshot " + file + " aside", e);
                }
            }
        }
        return files().stream().findFirst().map(Snapshots::step).orElse(0L);
    }

    private List<String> differences(Map<String, String> metadata) {
        var before = new TreeMap<String, String>();
        metadata.forEach((key, value) -> {
            if (key.startsWith(IDENTITY)) {
                before.put(key.substring(IDENTITY.length()), value);
            }
        });
        var names = new TreeSet<>(before.keySet());
        names.addAll(identity.keySet());
        return names.stream().filter(name -> !Objects.equals(before.get(name), identity.get(name)))
                .map(name -> name + " was " + before.getOrDefault(name, "not given") + " and is "
                        + identity.getOrDefault(name, "not given"))
                .toList();
    }

    private static Duration trained(Map<String, String> metadata) {
        return Duration.ofNanos(Long.parseLong(metadata.getOrDefault(TRAINED, "0")));
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
