package dev.pathline.trainer.runs;

import dev.pathline.common.report.RunHistory;
import dev.pathline.common.wire.TrainingRunEvent;
import dev.pathline.engine.training.TrainingException;
import dev.pathline.trainer.journal.RunJournal;
import dev.pathline.trainer.life.RunCommand;
import dev.pathline.trainer.life.RunLock;
import dev.pathline.trainer.life.RunMachine;
import dev.pathline.trainer.life.RunRecord;
import dev.pathline.trainer.life.RunRecordFile;
import dev.pathline.trainer.life.RunTransition;
import java.io.IOException;
import java.lang.ref.SoftReference;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run with its folder: the record, which every command goes through, and the journal. Safe for use by many threads; who
 * only reads never waits for who writes.
 *
 * <p>Several processes may have a home for the same folder. Only who holds the folder's lock changes record and journal, and
 * reads them again first: a trainer for as long as it works, everybody else for the moment of {@link #alone}.
 *
 * <p>The record is written first, then the event. Who dies in between leaves a record without its event, and the next
 * one who opens the run appends it. What somebody is answered, and how a run ends, takes effect when it is on disk
 * ({@link #decide}); what a trainer tells on its way does not wait for a disk that refuses ({@link #apply}).
 */
final class RunHome {

    private static final Logger LOG = LoggerFactory.getLogger(RunHome.class);
    /** Somebody of this process may take the lock, or give it back, between two looks. */
    private static final int ATTEMPTS = 2;

    private final Path folder;
    private final Clock clock;
    private volatile RunRecord run;
    /** Set while this process has the folder's lock: nobody else changes what is in it. */
    private volatile boolean held;
    /** While it is held. */
    private volatile @Nullable RunJournal kept;
    private volatile @Nullable String obstacle;
    /** Which of the records it was that was read last. */
    private String read = "";
    /** A run that nobody reads keeps nothing in memory. */
    private SoftReference<@Nullable RunJournal> journal = new SoftReference<>(null);

    /** A run of a folder. */
    RunHome(Path folder, RunRecord run, Clock clock) {
        this.folder = folder;
        this.run = run;
        this.clock = clock;
    }

    /** Something to do with a run while nobody else changes it. */
    @FunctionalInterface
    interface Change<T> {
        T make() throws IOException;
    }

    Path folder() {
        return folder;
    }

    RunRecord run() {
        return run;
    }

    /** Why the run cannot even begin to wait for its disk, while its lock cannot be taken. */
    @Nullable
    String obstacle() {
        return obstacle;
    }

    /** Says what keeps the run from its lock; null when nothing does any more. */
    void obstacle(@Nullable String reason) {
        obstacle = reason;
    }

    RunJournal journal() {
        RunJournal mine = kept;
        return mine != null ? mine : opened();
    }

    private synchronized RunJournal opened() {
        RunJournal open = journal.get();
        if (open == null) {
            open = RunJournal.open(folder, clock);
            journal = new SoftReference<>(open);
            if (missing(open).isPresent()) {
                repair(open);
            }
        }
        return open;
    }

    private Optional<TrainingRunEvent> missing(RunJournal open) {
        return RunMachine.stateEvent(run).filter(event -> !event.equals(open.last()));
    }

    private void repair(RunJournal open) {
        try {
            // Who takes hold of a run appends what is missing.
            alone(() -> open);
        } catch (TrainingException e) {
            LOG.debug("who is at work on run {} tells what has happened to it", run.id(), e);
        } catch (IOException e) {
            LOG.warn("the log of run {} lacks its last event: {}", run.id(), e.getMessage());
        }
    }

    /**
     * Makes a change with the folder's lock, which is taken for it unless this process has it, to the record as it is on
     * disk. Holds up everybody else who wants to change the run: a change is quick, and asks for no other run.
     *
     * @throws TrainingException if another process has the lock
     * @throws IOException if the folder cannot be written to, or what the change throws
     */
    <T> T alone(Change<T> change) throws IOException {
        for (int i = 1;; i++) {
            synchronized (this) {
                if (held) {
                    return change.make();
                }
            }
            try (RunLock _ = RunLock.take(folder)) {
                return whileHeld(change);
            } catch (TrainingException e) {
                if (i >= ATTEMPTS && !held) {
                    throw e;
                }
            }
        }
    }

    private synchronized <T> T whileHeld(Change<T> change) throws IOException {
        hold();
        try {
            return change.make();
        } finally {
            letGo();
        }
    }

    /** The folder's lock was taken: what is in it is read again, and is ours from here on. */
    synchronized void hold() {
        read = "";
        refresh();
        held = true;
        RunJournal open = opened();
        missing(open).ifPresent(event -> open.append(event));
        kept = open;
    }

    /** The folder's lock is about to be given back. What could not be written until now was not so. */
    synchronized void letGo() {
        held = false;
        kept = null;
        read = "";
    }

    /** Takes up what another process has changed; nothing while the run is held. */
    void refresh() {
        if (!held) {
            readAgain();
        }
    }

    private synchronized void readAgain() {
        if (held) {
            return;
        }
        String written = RunRecordFile.written(folder);
        if (!written.equals(read)) {
            RunRecordFile.read(folder).ifPresent(found -> run = found);
            read = written;
        }
        RunJournal open = journal.get();
        if (open != null) {
            open.refresh();
        }
    }

    /** Applies a command of who holds the run, and tells. A disk that refuses gets the record with the next change. */
    RunTransition apply(RunCommand command) {
        return apply(command, "");
    }

    /**
     * Applies a command like {@link #apply(RunCommand)}.
     *
     * @param note more about what happens, for the report; may be empty
     */
    synchronized RunTransition apply(RunCommand command, String note) {
        RunTransition transition = next(command);
        if (transition instanceof RunTransition.Moved moved) {
            run = moved.run();
            // A report every few seconds is in the journal; the record has it with the next snapshot.
            if (!(command instanceof RunCommand.Report)) {
                store();
            }
            tell(moved, note);
        }
        return transition;
    }

    /**
     * Applies a command of who holds the run: it takes effect, and is told, once it is on disk.
     *
     * @throws IOException if the record cannot be written; nothing has changed
     */
    RunTransition decide(RunCommand command) throws IOException {
        return decide(command, "");
    }

    /**
     * Applies a command like {@link #decide(RunCommand)}.
     *
     * @param note more about what happens, for the report; may be empty
     * @throws IOException if the record cannot be written; nothing has changed
     */
    synchronized RunTransition decide(RunCommand command, String note) throws IOException {
        RunTransition transition = next(command);
        if (transition instanceof RunTransition.Moved moved) {
            RunRecordFile.write(folder, moved.run());
            run = moved.run();
            tell(moved, note);
        }
        return transition;
    }

    /** Returns what will have happened to the run once a command of who holds it is decided. */
    synchronized RunHistory after(RunCommand command, String note) {
        TrainingRunEvent event = next(command) instanceof RunTransition.Moved moved ? moved.event() : null;
        return event == null ? journal().history() : journal().history(event, note);
    }

    /** Takes the place of a run that has ended, in the same folder, for who holds it. */
    synchronized void replace(RunRecord next, TrainingRunEvent event) {
        run = next;
        store();
        journal().append(event);
    }

    /** Appends an event that changes nothing. */
    synchronized void tell(TrainingRunEvent event) {
        // A cancelled run's trainer may say a few words until it stops; the end is the last of the log.
        if (!run.state().ended()) {
            journal().append(event);
        }
    }

    /** Returns whether a process is at work in the folder: this one, or another. */
    boolean isTaken() {
        return held || RunLock.isTaken(folder);
    }

    private RunTransition next(RunCommand command) {
        if (!held) {
            throw new IllegalStateException("run " + run.id() + " is changed by who does not hold it: " + command);
        }
        return RunMachine.apply(run, command, clock.instant());
    }

    private void tell(RunTransition.Moved moved, String note) {
        TrainingRunEvent event = moved.event();
        if (event != null) {
            journal().append(event, note);
        }
    }

    private void store() {
        try {
            RunRecordFile.write(folder, run);
        } catch (IOException e) {
            LOG.warn("the record of run {} is not on disk, and is written with the next change: {}", run.id(),
                    e.getMessage());
        }
    }
}
