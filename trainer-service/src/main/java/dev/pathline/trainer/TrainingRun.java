package dev.pathline.trainer;

import dev.pathline.engine.checkpoint.TensorData;
import dev.pathline.engine.data.Split;
import dev.pathline.engine.data.Dataset;
import dev.pathline.engine.torch.ComputeThread;
import dev.pathline.engine.torch.Torch;
import dev.pathline.engine.training.Snapshots;
import dev.pathline.engine.training.Trainer;
import dev.pathline.engine.training.TrainingException;
import dev.pathline.engine.training.TrainingTask;
import dev.pathline.engine.training.WriteFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One run: reads the data, trains from the newest snapshot to the end of the budget, and puts the averaged weights where
 * they are used. A run whose training is done, but whose result is not written yet, just writes it.
 */
public final class TrainingRun {

    private final TrainingSpec spec;
    private final RunFolders folders;
    private final Object lock = new Object();
    private @Nullable Trainer trainer;
    private boolean stopping;

    /** A run of a specification. */
    public TrainingRun(TrainingSpec spec, RunFolders folders) {
        this.spec = spec;
        this.folders = folders;
    }

    /**
     * Trains, to the end or until {@link #stop}.
     *
     * @throws SpecException if the specification does not fit the data or the place of the result is taken
     * @throws dev.pathline.engine.data.DataException if the data cannot be used
     * @throws dev.pathline.engine.checkpoint.CheckpointException if the folder has snapshots of another run
     * @throws TrainingException if training fails, or a folder cannot be written to
     */
    public RunResult run(Torch torch, ComputeThread thread, RunListener listener) {
        Dataset data = DataReader.open(spec.data(), Split.TRAIN);
        TrainingTask task = RunFactory.task(spec, data);
        Map<String, String> identity = RunIdentity.of(spec, task.dataHash());
        Delivery delivery = delivery(torch, data, RunIdentity.name(spec, identity));
        RunLock taken = prepare(delivery);
        try (taken) {
            var snapshots = new Snapshots(folders.snapshots(), identity, false);
            RunEvents events = new RunEvents(listener, sheets(torch, data), spec.sheetEvery());
            Trainer.Outcome outcome = start(
                    new Trainer(torch, thread, task, RunFactory.plan(spec), snapshots, events)).run();
            return outcome.finished()
                    ? thread.call(() -> deliver(delivery, outcome.averages().firstEntry().getValue()))
                    : new RunResult.Stopped(outcome.step(), spec.steps());
        } catch (IOException e) {
            throw new TrainingException("the lock of " + folders.run() + " cannot be given back: "
                    + WriteFailure.reason(e), e);
        }
    }

    /** Asks the run to write a snapshot after the step that is under way, and to return. Any thread may ask. */
    public void stop() {
        synchronized (lock) {
            stopping = true;
            if (trainer != null) {
                trainer.stop();
            }
        }
    }

    private Trainer start(Trainer created) {
        synchronized (lock) {
            trainer = created;
            if (stopping) {
                created.stop();
            }
        }
        return created;
    }

    private RunLock prepare(Delivery delivery) {
        try {
            RunFolders.requireWritable(folders.snapshots());
            delivery.prepare();
            return RunLock.take(folders.run());
        } catch (IOException e) {
            throw new TrainingException("nothing can be written for this run: " + WriteFailure.reason(e), e);
        }
    }

    private Delivery delivery(Torch torch, Dataset data, String run) {
        String commit = GitHead.of(Path.of(""));
        return switch (spec.task()) {
            case TrainingSpec.Task.Denoising task -> new ModelDelivery(
                    ModelCards.trained(spec, task, data, run, commit), task.network().config(), spec.store(),
                    folders.models());
            case TrainingSpec.Task.Classification task -> new ClassifierDelivery(torch, spec, task,
                    ModelCards.origin(spec, data, run, commit), data.sha256(), folders.metrics());
        };
    }

    private @Nullable SampleSheets sheets(Torch torch, Dataset data) {
        return spec.task() instanceof TrainingSpec.Task.Denoising task
                ? new SampleSheets(torch, ModelCards.untrained(spec, task, data.standardDeviation()),
                        task.network().config(), spec.profile(),
                        folders.sheets())
                : null;
    }

    private static RunResult deliver(Delivery delivery, Map<String, TensorData> averages) {
        try {
            return delivery.deliver(averages);
        } catch (UncheckedIOException e) {
            throw new TrainingException("training is done, but its result cannot be written: " + e.getMessage()
                    + "; the weights are in the last snapshot, and the same command writes them", e);
        }
    }
}
