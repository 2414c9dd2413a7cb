package dev.pathline.trainer.runs;

import dev.pathline.common.error.ErrorCode;
import dev.pathline.common.wire.JobError;
import dev.pathline.engine.checkpoint.CheckpointException;
import dev.pathline.engine.data.DataException;
import dev.pathline.engine.torch.ComputeThread;
import dev.pathline.engine.torch.Torch;
import dev.pathline.engine.training.OtherSettingsException;
import dev.pathline.engine.training.PatientWriter;
import dev.pathline.engine.training.StopRequest;
import dev.pathline.engine.training.TrainingException;
import dev.pathline.engine.training.WriteFailure;
import dev.pathline.trainer.delivery.RunFolders;
import dev.pathline.trainer.delivery.RunResult;
import dev.pathline.trainer.facts.RunReports;
import dev.pathline.trainer.life.RunCommand;
import dev.pathline.trainer.life.RunLock;
import dev.pathline.trainer.life.RunRecord;
import dev.pathline.trainer.life.RunState;
import dev.pathline.trainer.life.RunTransition;
import dev.pathline.trainer.run.RunListener;
import dev.pathline.trainer.run.RunListeners;
import dev.pathline.trainer.run.TrainingRun;
import dev.pathline.trainer.specification.TrainingSpec;
import dev.pathline.trainer.specification.fields.SpecException;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One part of a run's life, from a start to an end or a stop, as the server and the command line both live it: the record
 * follows whatever happens. How the part ends is recorded for certain: where the disk refuses the record, the part waits as
 * for a snapshot, unless the process is to end; the record says then that the run is at work, and whoever goes on with it
 * comes to the same end.
 */
final class RunSession {

    private static final Logger LOG = LoggerFactory.getLogger(RunSession.class);

    private static final String NO_MEMORY = "There is not enough memory for this network and batch";

    private final RunHome home;
    private final TrainingSpec spec;
    private final TrainingRun training;
    private final RunRecorder recorder;
    private final RunListener listener;
    private final StopRequest leaving = new StopRequest();
    private final PatientWriter records;
    private volatile boolean stopping;

    /**
     * A part that has not begun.
     *
     * @param force whether it goes on from a snapshot of other settings
     * @param others who hears of it too
     */
    RunSession(RunHome home, TrainingSpec spec, RunFolders folders, boolean force, List<RunListener> others) {
        this.home = home;
        this.spec = spec;
        this.training = new TrainingRun(spec, folders, force);
        this.recorder = new RunRecorder(home, spec.steps(), spec.batch(), training::stop);
        this.listener = new RunListeners(Stream.concat(
                Stream.of(new Gate(), recorder), others.stream()).toList());
        this.records = new PatientWriter(leaving,
                new RunListeners(Stream.concat(Stream.of(recorder), others.stream()).toList()));
    }

    /**
     * Trains, and records how it ended.
     *
     * @param taken the folder's lock, which is held
     * @throws RuntimeException what went wrong; it is recorded
     */
    RunResult run(RunLock taken, Torch torch, ComputeThread thread) {
        RunResult result;
        try {
            result = training.run(taken, torch, thread, listener);
        } catch (OtherSettingsException e) {
            var advised = new CheckpointException(e.getMessage() + ". " + advice(home.run()), e);
            failed(error(advised));
            throw advised;
        } catch (Throwable e) {
            if (!stopping || !EnumSet.of(RunState.BLOCKED, RunState.CANCELLED).contains(home.run().state())) {
                failed(error(e));
                throw e;
            }
            // Who stops a run that waits for the disk gets no snapshot of the last step: it goes on from an earlier.
            result = new RunResult.Stopped(recorder.lastSnapshot(), spec.steps());
        }
        ended(result);
        return result;
    }

    /** Asks the trainer to write a snapshot and to stop; any thread. */
    void stop() {
        stopping = true;
        training.stop();
    }

    /** Asks it to stop because the process is to end: what cannot be written then is not waited for. Any thread. */
    void leave() {
        leaving.request();
        stop();
    }

    private void ended(RunResult result) {
        switch (result) {
            case RunResult.Finished done ->
                record(new RunCommand.Succeed(done.model()), done.folder() + ": " + done.summary());
            case RunResult.Stopped stopped -> record(new RunCommand.Stopped(stopped.step()), "");
        }
    }

    private void failed(JobError error) {
        record(new RunCommand.Fail(error), "");
    }

    private void record(RunCommand end, String note) {
        report(end, note);
        written(() -> home.decide(end, note)).ifPresent(refusal -> LOG.warn(
                "the end of run {} is not recorded, and it goes on from its last snapshot: {}", home.run().id(),
                WriteFailure.reason(refusal)));
    }

    /** Whoever hears of the end finds the report. A run does not end otherwise because nobody could write about it. */
    private void report(RunCommand end, String note) {
        if (!recorder.begun()) {
            return;
        }
        try {
            RunReports.write(home.folder(), home.after(end, note));
        } catch (IOException | RuntimeException e) {
            LOG.warn("the report of run {} is not written: {}", home.run().id(), e.getMessage());
        }
    }

    private Optional<IOException> written(PatientWriter.Write write) {
        return records.write("the run's record cannot be written", write);
    }

    /** Lets a result out only if its run is wanted, and keeps it wanted from then on. */
    private final class Gate implements RunListener {

        private boolean open;

        @Override
        public boolean delivers() {
            return written(() -> open = !(home.decide(new RunCommand.Deliver()) instanceof RunTransition.Refused))
                    .isEmpty() && open;
        }

        @Override
        public void undelivered() {
            written(() -> home.decide(new RunCommand.Undelivered()));
        }
    }

    /** What a client is told: our own exceptions are written for people, others are not. */
    static JobError error(Throwable e) {
        return JobError.of(ErrorCode.TRAINING_FAILED, switch (e) {
            case SpecException told -> String.valueOf(told.getMessage());
            case DataException told -> String.valueOf(told.getMessage());
            case CheckpointException told -> String.valueOf(told.getMessage());
            case TrainingException told -> String.valueOf(told.getMessage());
            case OutOfMemoryError told -> NO_MEMORY;
            default -> lacksMemory(e)
                    ? NO_MEMORY
                    : "Something went wrong that should not; the log has the details";
        });
    }

    /** The device's memory is told of by an exception of libtorch, which has no type of its own. */
    private static boolean lacksMemory(Throwable e) {
        String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        return message.contains("out of memory") || message.contains("not enough memory");
    }

    /** How a run goes on from a snapshot of other settings. */
    private static String advice(RunRecord run) {
        return switch (run.owner()) {
            case COMMAND -> "Train with the settings it had, or in another folder with --run;"
                    + " --force goes on with the settings of now";
            case SERVER -> "POST /training-runs/" + run.id() + "/resume?force=true goes on with the settings of now;"
                    + " a new run begins anew";
        };
    }
}
