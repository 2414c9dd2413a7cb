package dev.pathline.trainer.runs;

import dev.pathline.common.wire.TrainingRunEvent;
import dev.pathline.engine.metrics.Estimate;
import dev.pathline.trainer.journal.ProgressEvents;
import dev.pathline.trainer.life.RunCommand;
import dev.pathline.trainer.life.RunFiles;
import dev.pathline.trainer.life.RunTransition;
import dev.pathline.trainer.delivery.BuildCommit;
import dev.pathline.trainer.run.RunListener;
import java.nio.file.Path;

/** Writes what a trainer tells into the run's record and journal. */
final class RunRecorder implements RunListener {

    private final RunHome home;
    private final long steps;
    private final int batch;
    private final Runnable stop;
    private volatile long lastSnapshot;
    private volatile boolean begun;

    /**
     * @param steps the number of steps in all
     * @param batch images of one step
     * @param stop asks the trainer to stop, where somebody has cancelled or paused the run before it began
     */
    RunRecorder(RunHome home, long steps, int batch, Runnable stop) {
        this.home = home;
        this.steps = steps;
        this.batch = batch;
        this.stop = stop;
        // Until the trainer says where it begins.
        this.lastSnapshot = home.run().progress().step();
    }

    /** The step of the last snapshot that is known to be on disk, or 0. */
    long lastSnapshot() {
        return lastSnapshot;
    }

    /** Whether training has begun: a process that finds a run it must not touch leaves no report of it. */
    boolean begun() {
        return begun;
    }

    @Override
    public void started(long step) {
        lastSnapshot = step;
        begun = true;
        if (home.apply(new RunCommand.Start(step, steps), BuildCommit.id()) instanceof RunTransition.Refused) {
            stop.run();
        }
    }

    @Override
    public void progressed(Progress p) {
        home.apply(new RunCommand.Report(ProgressEvents.of(p, batch)));
    }

    @Override
    public void snapshot(long step) {
        lastSnapshot = step;
        home.apply(new RunCommand.Snapshot(step));
    }

    @Override
    public void blocked(String reason) {
        home.apply(new RunCommand.Block(reason));
    }

    @Override
    public void unblocked() {
        home.apply(new RunCommand.Unblock());
    }

    @Override
    public void steppedBack(long step, String reason) {
        lastSnapshot = step;
        home.apply(new RunCommand.StepBack(step, reason));
    }

    @Override
    public void prepared(String what, long done, long of) {
        home.tell(new TrainingRunEvent.Preparation(what, done, of));
    }

    @Override
    public void sheet(Path file) {
        RunFiles.sheetStep(file).ifPresent(step -> home.tell(new TrainingRunEvent.Sheet(step,
                "/training-runs/" + home.run().id() + "/sheets/" + step + ".png")));
    }

    @Override
    public void evaluated(long step, Estimate distance, Estimate floor) {
        home.tell(new TrainingRunEvent.Evaluation(step, distance.value(), distance.low(), distance.high(),
                floor.value()));
    }

    @Override
    public void warning(String message) {
        home.tell(new TrainingRunEvent.Warning(message));
    }
}
