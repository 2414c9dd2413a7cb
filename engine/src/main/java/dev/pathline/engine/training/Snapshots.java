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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The snapshots of a run, in one folder: {@code snapshot-STEP.safetensors}. Each appears whole or not at all. The last
 * two are kept, so that one that a dying disk has spoilt is not the only one; and while training looks as if it went wrong,
 * the last two from before that, so that the run can step back, and step back again if that was not far enough.
 */
public final class Snapshots {

    /** The name, in an identity, of the code that trains. It counts as long as there is something left to train. */
    public static final String CODE = "code";

    private static final Logger LOG = LoggerFactory.getLogger(Snapshots.class);

    private static final int KEPT = 2;
    private static final Pattern NAME = Pattern.compile("snapshot-(\\d{1,18})\\.safetensors");
    private static final Pattern MARK = Pattern.compile("stepped-back-to-(\\d{1,18})");
    private static final Pattern PART = Pattern.compile("\\.snapshot-.*\\.part");
    private static final String STEP = "step";
    private static final String TRAINED = "trainedNanos";
    private static final String IDENTITY = "identity.";
    private static final String NOTE = "note.";

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
     * @param notes what else it keeps; none where it is of a run with another identity
     */
    record Snapshot(long step, Duration trained, Map<String, TensorData> tensors, SnapshotNotes notes) {}

    /**
     * Writes a snapshot, then deletes those that nobody needs any more.
     *
     * @param suspectSince the first step whose weights may be spoilt; {@link Long#MAX_VALUE} if none are
     * @throws UncheckedIOException if it cannot be written; earlier ones are untouched
     */
    void write(Snapshot snapshot, long suspectSince) {
        var metadata = new TreeMap<String, String>();
        metadata.put(STEP, Long.toString(snapshot.step()));
        metadata.put(TRAINED, Long.toString(snapshot.trained().toNanos()));
        identity.forEach((name, value) -> metadata.put(IDENTITY + name, value));
        snapshot.notes().toMap().forEach((name, value) -> metadata.put(NOTE + name, value));
        Safetensors.write(folder.resolve("snapshot-" + snapshot.step() + ".safetensors"), snapshot.tensors(),
                StoredType.F32, metadata);
        List<Path> files = files();
        var needed = new HashSet<>(newest(files));
        needed.addAll(newest(files.stream().filter(file -> step(file) < suspectSince).toList()));
        for (Path old : files.stream().filter(file -> !needed.contains(file)).toList()) {
            try {
                Files.deleteIfExists(old);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot delete the old snapshot " + old, e);
            }
        }
    }

    private static List<Path> newest(List<Path> files) {
        return files.subList(0, Math.min(KEPT, files.size()));
    }

    /** Reads the newest snapshot that is whole, of a run that is not done. */
    Optional<Snapshot> latest() {
        return latest(_ -> false);
    }

    /**
     * Reads the newest snapshot that is whole.
     *
     * @param done whether nothing is left to train after a snapshot
     * @throws OtherSettingsException if it belongs to another run; the message says what differs
     */
    Optional<Snapshot> latest(Predicate<Snapshot> done) {
        sweep();
        for (Path file : files()) {
            Safetensors content;
            try {
                content = Safetensors.read(file);
            } catch (CheckpointException e) {
                LOG.warn("skipping a snapshot that is not whole: {}", e.getMessage());
                continue;
            }
            SortedMap<String, String> differences = differences(content.metadata());
            boolean sameRun = differences.isEmpty() || differences.keySet().equals(Set.of(CODE));
            var snapshot = new Snapshot(step(file), trained(content.metadata()), content.tensors(),
                    sameRun ? SnapshotNotes.of(starting(NOTE, content.metadata())) : SnapshotNotes.NONE);
            if (!differences.isEmpty() && !(sameRun && done.test(snapshot)) && !force) {
                throw new OtherSettingsException(file + " is of a run with other settings: "
                        + String.join("; ", differences.values()));
            }
            return Optional.of(snapshot);
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
     * Puts snapshots aside, so that the run goes on from an earlier one; they are kept under another name. If the run has
     * stepped back to the one that is left before, and made none since, the trouble is older: that one is put aside, too.
     *
     * @param step the first that is not to be trusted
     * @return the step of the newest snapshot that is left, or 0
     */
    long reject(long step) {
        files().stream().filter(file -> step(file) >= step).forEach(Snapshots::putAside);
        long left = newestStep();
        if (left > 0 && Files.exists(mark(left))) {
            putAside(files().getFirst());
            left = newestStep();
        }
        remember(left);
        return left;
    }

    private static void putAside(Path file) {
        try {
            Files.move(file, file.resolveSibling("rejected-" + step(file) + ".safetensors"), REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot put the snapshot " + file + " aside", e);
        }
    }

    private long newestStep() {
        return files().stream().findFirst().map(Snapshots::step).orElse(0L);
    }

    private Path mark(long step) {
        return folder.resolve("stepped-back-to-" + step);
    }

    private void remember(long step) {
        try {
            for (Path old : list(MARK)) {
                Files.deleteIfExists(old);
            }
            if (step > 0) {
                Files.createFile(mark(step));
            }
        } catch (IOException e) {
            // The run stands where it should; should it step back here once more, it will be to the same snapshot.
        }
    }

    /** Returns what differs by name, as sentences. */
    private SortedMap<String, String> differences(Map<String, String> metadata) {
        SortedMap<String, String> before = starting(IDENTITY, metadata);
        var names = new TreeSet<>(before.keySet());
        names.addAll(identity.keySet());
        var differences = new TreeMap<String, String>();
        names.stream().filter(name -> !Objects.equals(before.get(name), identity.get(name)))
                .forEach(name -> differences.put(name, name + " was " + before.getOrDefault(name, "not given")
                        + " and is " + identity.getOrDefault(name, "not given")));
        return differences;
    }

    /** Returns the entries under a prefix, without it. */
    private static SortedMap<String, String> starting(String prefix, Map<String, String> metadata) {
        var found = new TreeMap<String, String>();
        metadata.forEach((key, value) -> {
            if (key.startsWith(prefix)) {
                found.put(key.substring(prefix.length()), value);
            }
        });
        return found;
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
