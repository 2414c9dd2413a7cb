package dev.pathline.trainer.runs;

import dev.pathline.common.error.ErrorCode;
import dev.pathline.common.training.RunCommand;
import dev.pathline.common.training.RunState;
import dev.pathline.common.wire.JobError;
import dev.pathline.engine.checkpoint.CheckpointException;
import dev.pathline.engine.data.DataException;
import dev.pathline.engine.torch.ComputeThread;
import dev.pathline.engine.torch.Torch;
import dev.pathline.engine.training.TrainingException;
import dev.pathline.trainer.RunFolders;
import dev.pathline.trainer.RunListener;
import dev.pathline.trainer.RunListeners;
import dev.pathline.trainer.RunLock;
import dev.pathline.trainer.RunResult;
import dev.pathline.trainer.SpecException;
import dev.pathline.trainer.TrainingRun;
import dev.pathline.trainer.TrainingSpec;
import dev.pathline.trainer.report.RunReporting;
import java.util.ArrayList;
import java.util.List;

/**
 * One part of a run's life, from a start to an end or a stop, as the server and the command line both live it: the record
 * follows whatever happens.
 */
final class RunPart {

    private final RunHome home;
    private final TrainingSpec spec;
    private final TrainingRun training;
    private final RunRecorder recorder;
    private final RunReporting reporting;
    private final RunListener listener;
    private volatile boolean stopping;

    /**
     * A part that has not begun.
     *
     * @param force whether it goes on from a snapshot of other settings
     * @param others who hears of it too
     */
    RunPart(RunHome home, TrainingSpec spec, RunFolders folders, boolean force, List<RunListener> others) {
        this.home = home;
        this.spec = spec;
        this.training = new TrainingRun(spec, folders, force);
        this.recorder = new RunRecorder(home, spec.steps(), spec.batch(), training::stop);
        var all = new ArrayList<RunListener>();
        all.add(recorder);
        this.reporting = new RunReporting(home.folder());
        all.add(reporting.listener());
        all.addAll(others);
        this.listener = new RunListeners(all);
    }

    /**
     * Trains, and records how it ended.
     *
     * @param taken the folder's lock, which is held
     * @throws RuntimeException what went wrong; it is recorded
     */
    RunResult run(RunLock taken, Torch torch, ComputeThread thread) {
        try {
            RunResult result = training.run(taken, torch, thread, listener);
            // Whoever hears of the end finds the report.
            reporting.ended(result);
            home.apply(switch (result) {
                case RunResult.Finished done -> new RunCommand.Succeed(done.model());
                case RunResult.Stopped stopped -> new RunCommand.Stopped(stopped.step());
            });
            return result;
        } catch (Throwable e) {
            if (stopping && home.run().state() == RunState.BLOCKED) {
                // Who stops a run that waits for the disk gets no snapshot of the last step: it goes on from an earlier.
                var stopped = new RunResult.Stopped(recorder.lastSnapshot(), spec.steps());
                reporting.ended(stopped);
                home.apply(new RunCommand.Stopped(stopped.step()));
                return stopped;
            }
            JobError error = error(e);
            reporting.failed(error.message());
            home.apply(new RunCommand.Fail(error));
            throw e;
        }
    }

    /** Asks the trainer to write a snapshot and to stop; any thread. */
    void stop() {
        stopping = true;
        training.stop();
    }

    /** What a client is told: our own exceptions are written for people, others are not. */
    static JobError error(Throwable e) {
        return JobError.of(ErrorCode.TRAINING_FAILED, switch (e) {
            case SpecException told -> String.valueOf(told.getMessage());
            case DataException told -> String.valueOf(told.getMessage());
            case CheckpointException told -> String.valueOf(told.getMessage());
            case TrainingException told -> String.valueOf(told.getMessage());
            case OutOfMemoryError told -> "There is not enough memory for this network and batch";
            default -> "Something went wrong that should not (" + e.getClass().getSimpleName()
                    + "), see the server's log";
        });
    }
}
