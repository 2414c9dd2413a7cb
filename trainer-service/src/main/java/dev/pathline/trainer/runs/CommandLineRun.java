package dev.pathline.trainer.runs;

import dev.pathline.common.disk.Disk;
import dev.pathline.common.wire.TrainingRunEvent;
import dev.pathline.engine.checkpoint.AtomicFiles;
import dev.pathline.engine.torch.ComputeThread;
import dev.pathline.engine.torch.Torch;
import dev.pathline.engine.training.TrainingException;
import dev.pathline.engine.training.WriteFailure;
import dev.pathline.trainer.delivery.RunFolders;
import dev.pathline.trainer.delivery.RunResult;
import dev.pathline.trainer.life.RunCommand;
import dev.pathline.trainer.life.RunFiles;
import dev.pathline.trainer.life.RunLock;
import dev.pathline.trainer.life.RunRecord.Owner;
import dev.pathline.trainer.life.RunRecord;
import dev.pathline.trainer.life.RunRecordFile;
import dev.pathline.trainer.run.RunListener;
import dev.pathline.trainer.specification.TrainingSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A run of the command line: the same folder, record and events as the server's, so that a server on the same runs folder
 * shows it, and can go on with it when the command has ended.
 */
public final class CommandLineRun {

    private final TrainingSpec spec;
    private final String text;
    private final RunFolders folders;
    private final boolean force;
    private final Clock clock;
    private final RunListener listener;
    private @Nullable RunHome home;
    private @Nullable RunSession part;
    private boolean stopping;

    /**
     * A run that has not begun.
     *
     * @param spec what is trained
     * @param text the specification as it was given
     * @param force whether it goes on from a snapshot of other settings
     */
    public CommandLineRun(TrainingSpec spec, String text, RunFolders folders, boolean force, Clock clock,
            RunListener listener) {
        this.spec = spec;
        this.text = text;
        this.folders = folders;
        this.force = force;
        this.clock = clock;
        this.listener = listener;
    }

    /**
     * Trains from the newest snapshot, to the end or until {@link #stop}.
     *
     * @throws TrainingException if training fails, a folder cannot be written to, or somebody else trains in it
     * @throws RuntimeException what {@link dev.pathline.trainer.run.TrainingRun#run} throws
     */
    public RunResult run(Torch torch, ComputeThread thread) {
        try {
            Disk.requireWritable(folders.run());
            requireNameIsFree();
            try (RunLock taken = RunLock.take(folders.run())) {
                RunHome opened = open();
                try {
                    return begin(opened).run(taken, torch, thread);
                } finally {
                    leave(opened);
                }
            }
        } catch (IOException e) {
            throw new TrainingException("nothing can be written for this run: " + WriteFailure.reason(e), e);
        }
    }

    /** Two runs of one name would both make versions of one model, and nobody could tell which is which. */
    private void requireNameIsFree() {
        Path own = folders.run().toAbsolutePath().normalize();
        Path root = own.getParent();
        if (root == null) {
            return;
        }
        new RunStore(root, clock).all().stream().filter(home -> !home.folder().equals(own)
                && home.run().name().equals(spec.name()) && !home.run().state().ended() && home.isTaken()).findFirst()
                .ifPresent(home -> {
                    throw new TrainingException("run " + home.run().id() + " trains " + spec.name()
                            + " at this moment, in " + home.folder() + ": wait for it, or choose another name");
                });
    }

    /** Asks the run to write a snapshot after the step that is under way, and to return; it is paused then. Any thread. */
    public synchronized void stop() {
        stopping = true;
        if (home != null && part != null) {
            home.apply(new RunCommand.Pause());
            part.leave();
        }
    }

    private synchronized void leave(RunHome opened) {
        home = null;
        part = null;
        opened.letGo();
    }

    private synchronized RunSession begin(RunHome opened) {
        home = opened;
        part = new RunSession(opened, spec, folders, force, List.of(new SpecKeeper(), listener));
        if (stopping) {
            stop();
        }
        return part;
    }

    private RunHome open() {
        Path folder = folders.run();
        String id = String.valueOf(folder.toAbsolutePath().normalize().getFileName());
        RunRecord fresh = RunRecord.accepted(id, spec.name(), Owner.COMMAND, 0, spec.batch(), spec.steps(),
                clock.instant());
        RunHome opened = RunRecordFile.read(folder).map(record -> new RunHome(folder, record, clock)).orElse(null);
        if (opened == null) {
            opened = new RunHome(folder, fresh, clock);
            opened.hold();
            return opened;
        }
        opened.hold();
        opened.apply(new RunCommand.TakeOver(Owner.COMMAND));
        switch (opened.run().state()) {
            case PAUSED, FAILED -> opened.apply(new RunCommand.Resume(Owner.COMMAND, 0, 1, force));
            // Whoever gives the command again wants the result again.
            case SUCCEEDED, CANCELLED -> opened.replace(fresh, new TrainingRunEvent.Queued(1));
            case QUEUED, RUNNING, BLOCKED -> {
                // It begins now.
            }
        }
        return opened;
    }

    /** Keeps the specification beside the snapshots, once it is known to be theirs. */
    private final class SpecKeeper implements RunListener {
        @Override
        public void started(long step) {
            try {
                AtomicFiles.write(folders.run().resolve(RunFiles.SPEC), text);
            } catch (IOException e) {
                listener.warning("the specification is not kept in " + folders.run() + ": " + WriteFailure.reason(e));
            }
        }
    }
}
