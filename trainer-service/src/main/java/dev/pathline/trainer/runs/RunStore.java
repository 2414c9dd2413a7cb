package dev.pathline.trainer.runs;

import dev.pathline.common.disk.FolderLock;
import dev.pathline.common.wire.TrainingRunEvent;
import dev.pathline.engine.checkpoint.AtomicFiles;
import dev.pathline.engine.training.TrainingException;
import dev.pathline.engine.training.WriteFailure;
import dev.pathline.trainer.journal.RunJournal;
import dev.pathline.trainer.life.RunFiles;
import dev.pathline.trainer.life.RunLock;
import dev.pathline.trainer.life.RunRecord;
import dev.pathline.trainer.life.RunRecordFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The runs of a folder: {@code ROOT/ID/run.json}. A folder without a record is no run, so a run is there when its record
 * is, and gone when its folder has another name. Several processes may share a root.
 */
final class RunStore {

    private static final Logger LOG = LoggerFactory.getLogger(RunStore.class);
    private static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9._-]{0,127}");
    private static final String DELETED = ".deleted";

    private final Path root;
    private final Clock clock;
    private final Map<String, RunHome> homes = new ConcurrentHashMap<>();

    /** The runs of a folder, which may not exist yet. */
    RunStore(Path root, Clock clock) {
        this.root = root;
        this.clock = clock;
    }

    /**
     * Makes the folder, and finishes what a process that died has not finished to delete.
     *
     * @throws IOException if nothing can be written there
     */
    void open() throws IOException {
        try {
            Files.createDirectories(root);
            Files.delete(Files.createTempFile(root, ".writable", ".part"));
        } catch (IOException e) {
            throw new IOException("the folder of runs, " + root + ", cannot be written to: " + WriteFailure.reason(e)
                    + "; name another by PATHLINE_RUNS or pathline.trainer.runs", e);
        }
        for (Path left : list(name -> name.startsWith(".") && name.endsWith(DELETED))) {
            deleteTree(left);
        }
    }

    /** Returns every run as it is now, in the order of creation. */
    List<RunHome> all() {
        var found = new ArrayList<RunHome>();
        for (Path folder : list(name -> ID.matcher(name).matches())) {
            find(String.valueOf(folder.getFileName())).ifPresent(found::add);
        }
        found.sort(Comparator.comparing((RunHome home) -> home.run().createdAt())
                .thenComparing(home -> home.run().id()));
        return found;
    }

    /** Returns a run as it is now. */
    Optional<RunHome> find(String id) {
        if (!ID.matcher(id).matches()) {
            return Optional.empty();
        }
        Path folder = root.resolve(id);
        RunHome known = homes.get(id);
        if (known != null && !Files.isDirectory(folder)) {
            homes.remove(id, known);
            known.journal().delete();
            return Optional.empty();
        }
        if (known == null) {
            known = RunRecordFile.read(folder).filter(record -> record.id().equals(id))
                    .map(record -> homes.computeIfAbsent(id, name -> new RunHome(folder, record, clock))).orElse(null);
        }
        if (known != null) {
            known.refresh();
        }
        return Optional.ofNullable(known);
    }

    /**
     * Keeps other processes and threads from adding a run, and from giving another one a place in the queue, until it is
     * closed.
     *
     * @throws IOException if the folder cannot be written to
     */
    FolderLock lock() throws IOException {
        return FolderLock.take(root);
    }

    /** Makes a run: its folder, its specification, its first event, and last its record, which makes it a run. */
    RunHome create(RunRecord record, String specification, TrainingRunEvent first) throws IOException {
        Path folder = Files.createDirectory(root.resolve(record.id()));
        try {
            AtomicFiles.write(folder.resolve(RunFiles.SPEC), specification);
            RunJournal.open(folder).append(first);
            RunRecordFile.write(folder, record);
        } catch (IOException e) {
            deleteTree(folder);
            throw e;
        }
        // Whoever has looked since the record was written made the home already, and there must be one only.
        return homes.computeIfAbsent(record.id(), id -> new RunHome(folder, record, clock));
    }

    /**
     * Deletes a run.
     *
     * @throws TrainingException if somebody is at work in its folder
     */
    void delete(RunHome home) throws IOException {
        String id = home.run().id();
        RunJournal journal = home.journal();
        Path gone = root.resolve("." + id + DELETED);
        try (RunLock _ = RunLock.take(home.folder())) {
            Files.move(home.folder(), gone, StandardCopyOption.ATOMIC_MOVE);
        }
        homes.remove(id, home);
        journal.delete();
        deleteTree(gone);
    }

    private List<Path> list(Predicate<String> name) {
        if (!Files.isDirectory(root)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(root)) {
            return files.filter(file -> name.test(String.valueOf(file.getFileName()))).toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + root, e);
        }
    }

    private static void deleteTree(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException | UncheckedIOException e) {
            LOG.warn("{} is not a run any more, but cannot be deleted: {}", folder, e.getMessage());
        }
    }
}
