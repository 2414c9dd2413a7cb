package dev.pathline.trainer.runs;

import dev.pathline.common.training.RunCommand;
import dev.pathline.common.training.RunMachine;
import dev.pathline.common.training.RunRecord;
import dev.pathline.common.training.RunTransition;
import dev.pathline.common.wire.TrainingRunEvent;
import dev.pathline.trainer.RunLock;
import java.io.IOException;
import java.lang.ref.SoftReference;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run with its folder: the record, which every command goes through, and the journal. Safe for use by many threads.
 *
 * <p>The record is written first, then the event. Who dies in between leaves a record without its event, and the next
 * one who opens the run appends it. A disk that refuses stops neither: the record is written with the next command.
 */
final class RunHome {

    private static final Logger LOG = LoggerFactory.getLogger(RunHome.class);

    private final Path folder;
    private final Clock clock;
    private RunRecord run;
    private boolean unwritten;
    /** Which of the records it was that was read last. */
    private String read = "";
    /** Set while this process has the folder's lock: nobody else changes what is in it. */
    private boolean held;
    /** A run that nobody reads keeps nothing in memory. */
    private SoftReference<@Nullable RunJournal> journal = new SoftReference<>(null);
    /** While it is held. */
    private @Nullable RunJournal kept;

    /** A run of a folder. */
    RunHome(Path folder, RunRecord run, Clock clock) {
        this.folder = folder;
        this.run = run;
        this.clock = clock;
    }

    Path folder() {
        return folder;
    }

    synchronized RunRecord run() {
        return run;
    }

    synchronized RunJournal journal() {
        RunJournal open = kept != null ? kept : journal.get();
        if (open == null) {
            open = RunJournal.open(folder);
            journal = new SoftReference<>(open);
            repair(open);
        }
        return open;
    }

    private void repair(RunJournal open) {
        Optional<TrainingRunEvent> missing = RunMachine.stateEvent(run)
                .filter(event -> !event.equals(open.last()));
        if (missing.isPresent() && (held || !RunLock.isTaken(folder))) {
            open.append(missing.get());
        }
    }

    /** The folder's lock was taken: what is in it is read again, and is ours from here on. */
    synchronized void hold() {
        refresh();
        held = true;
        kept = journal();
    }

    /** The folder's lock is about to be given back. */
    synchronized void letGo() {
        held = false;
        kept = null;
    }

    /** Takes up what another process has changed; nothing while the run is held. */
    synchronized void refresh() {
        if (held) {
            return;
        }
        String written = RunFiles.written(folder);
        if (!unwritten && !written.equals(read)) {
            RunFiles.record(folder).ifPresent(found -> run = found);
            read = written;
        }
        RunJournal open = journal.get();
        if (open != null) {
            open.refresh();
        }
    }

    /** Applies a command, stores the outcome, and tells. */
    synchronized RunTransition apply(RunCommand command) {
        RunTransition transition = RunMachine.apply(run, command, clock.instant());
        if (transition instanceof RunTransition.Moved moved) {
            run = moved.run();
            // A report every few seconds is in the journal; the record has it with the next snapshot.
            if (!(command instanceof RunCommand.Report)) {
                store();
            }
            TrainingRunEvent event = moved.event();
            if (event != null) {
                journal().append(event);
            }
        }
        return transition;
    }

    /** Takes over a run that belongs to someone else, or whose process died, before it is started here. */
    synchronized void replace(RunRecord next) {
        run = next;
        store();
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
        synchronized (this) {
            if (held) {
                return true;
            }
        }
        return RunLock.isTaken(folder);
    }

    synchronized boolean isHeld() {
        return held;
    }

    private void store() {
        try {
            RunFiles.write(folder, run);
            unwritten = false;
        } catch (IOException e) {
            unwritten = true;
            LOG.warn("the record of run {} is not on disk, and is written with the next change: {}", run.id(),
                    e.getMessage());
        }
    }
}
