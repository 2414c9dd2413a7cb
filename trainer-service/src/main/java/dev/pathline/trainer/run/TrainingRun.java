package dev.pathline.trainer.run;

import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.trainer.delivery.StageDelivery;
import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.trainer.delivery.Teaching;
import dev.pathline.common.disk.Disk;
import dev.pathline.common.port.RegistryUnavailableException;
import dev.pathline.engine.data.Dataset;
import dev.pathline.engine.data.source.DataParts;
import dev.pathline.engine.torch.ComputeThread;
import dev.pathline.engine.torch.Torch;
import dev.pathline.engine.training.PatientWriter;
import dev.pathline.engine.training.Snapshots;
import dev.pathline.engine.training.StopRequest;
import dev.pathline.engine.training.Trainer;
import dev.pathline.engine.training.TrainingException;
import dev.pathline.engine.training.TrainingTask;
import dev.pathline.engine.training.WriteFailure;
import dev.pathline.trainer.delivery.BuildCommit;
import dev.pathline.trainer.delivery.ClassifierDelivery;
import dev.pathline.trainer.delivery.Delivery;
import dev.pathline.trainer.delivery.ModelDelivery;
import dev.pathline.trainer.delivery.RunFolders;
import dev.pathline.trainer.delivery.RunResult;
import dev.pathline.trainer.life.RunLock;
import dev.pathline.trainer.specification.ModelCards;
import dev.pathline.trainer.specification.TrainingSpec;
import dev.pathline.trainer.specification.data.DataReader;
import dev.pathline.trainer.specification.fields.SpecException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NotDirectoryException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One run: reads the data, trains from the newest snapshot to the end of the budget, and puts the averaged weights where
 * they are used. A run whose training is done, but whose result is not written yet, just writes it.
 */
public final class TrainingRun {

    private static final String UNWRITABLE = "nothing can be written for this run";

    private final TrainingSpec spec;
    private final RunFolders folders;
    private final boolean force;
    private final Object lock = new Object();
    private final StopRequest stop = new StopRequest();
    private final @Nullable Stage stage;
    private @Nullable Trainer trainer;
    private @Nullable TrainingRun current;

    /**
     * A stage of a chain.
     *
     * @param previous what the one before it ended with, or null for the first
     * @param last whether its result is the chain's
     */
    private record Stage(@Nullable Checkpoint previous, boolean last) {}

    /** A run of a specification. */
    public TrainingRun(TrainingSpec spec, RunFolders folders) {
        this(spec, folders, false);
    }

    /**
     * A run of a specification.
     *
     * @param force whether it goes on from a snapshot of other settings, other data or other code
     */
    public TrainingRun(TrainingSpec spec, RunFolders folders, boolean force) {
        this(spec, folders, force, null);
    }

    private TrainingRun(TrainingSpec spec, RunFolders folders, boolean force, @Nullable Stage stage) {
        this.spec = spec;
        this.folders = folders;
        this.force = force;
        this.stage = stage;
    }

    /**
     * Finds out whatever can be found out before training: whether the data can be opened, the network fits it, and the
     * place of the result is free.
     *
     * @throws SpecException if the specification does not fit the data, the place of the result is taken, or there is
     *         nothing to measure with
     * @throws dev.pathline.engine.data.DataException if the data cannot be used
     * @throws TrainingException if a folder cannot be written to
     */
    public void check(Torch torch) {
        if (!spec.stages().isEmpty()) {
            checkStages(torch);
            return;
        }
        Opened opened = opened(torch, teaching(), true);
        try {
            opened.delivery().prepare();
        } catch (IOException e) {
            throw unwritable(e);
        }
        evaluation(torch, opened).ifPresent(RunEvaluation::close);
    }

    /** What a stage ends with is not there yet, but what can be known of it. */
    private void checkStages(Torch torch) {
        Checkpoint previous = null;
        for (int k = 1; k <= spec.stages().size(); k++) {
            var run = new TrainingRun(spec.stages().get(k - 1), folders.stage(k), force,
                    new Stage(previous, k == spec.stages().size()));
            run.check(torch);
            previous = run.spec.task() instanceof TrainingSpec.Task.Denoising task
                    ? PlannedStage.of(run.spec, task, run.teaching())
                    : null;
        }
    }

    /**
     * Trains, to the end or until {@link #stop}. Where snapshots or the result cannot be written, it waits until they can.
     *
     * @throws SpecException if the specification does not fit the data or the place of the result is taken
     * @throws dev.pathline.engine.data.DataException if the data cannot be used
     * @throws dev.pathline.engine.checkpoint.CheckpointException if the folder has snapshots of another run
     * @throws TrainingException if training fails, the run's folder cannot be made, somebody else trains in it, or a stop
     *         is requested while nothing can be written
     */
    public RunResult run(Torch torch, ComputeThread thread, RunListener listener) {
        try {
            Disk.requireWritable(folders.run());
            try (RunLock taken = RunLock.take(folders.run())) {
                return run(taken, torch, thread, listener);
            }
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    /**
     * Trains like {@link #run(Torch, ComputeThread, RunListener)}, in a folder that is the caller's already.
     *
     * @param taken the folder's lock; stays the caller's
     */
    public RunResult run(RunLock taken, Torch torch, ComputeThread thread, RunListener listener) {
        return spec.stages().isEmpty() ? runAlone(torch, thread, listener) : runStages(torch, thread, listener);
    }

    /**
     * Runs the stages one after the other. One that is done is gone through again, which finds its last snapshot and its result:
     * so a stage that was changed since is refused by name, as a run is.
     */
    private RunResult runStages(Torch torch, ComputeThread thread, RunListener listener) {
        int count = spec.stages().size();
        Checkpoint previous = null;
        long before = 0;
        for (int k = 1; k < count; k++) {
            RunResult result = runStage(k, previous, before, torch, thread, listener);
            if (result instanceof RunResult.Stopped stopped) {
                return new RunResult.Stopped(before + stopped.step(), spec.steps());
            }
            previous = Checkpoint.read(folders.stage(k).result());
            before += spec.stages().get(k - 1).steps();
        }
        RunResult result = runStage(count, previous, before, torch, thread, listener);
        return result instanceof RunResult.Stopped stopped
                ? new RunResult.Stopped(before + stopped.step(), spec.steps())
                : result;
    }

    private RunResult runStage(int number, @Nullable Checkpoint previous, long before, Torch torch,
            ComputeThread thread, RunListener listener) {
        TrainingSpec own = spec.stages().get(number - 1);
        int count = spec.stages().size();
        var run = new TrainingRun(own, folders.stage(number), force, new Stage(previous, number == count));
        synchronized (lock) {
            current = run;
            if (stop.requested()) {
                run.stop();
            }
        }
        listener.prepared("stage " + number + " of " + count + ", "
                + own.settings().getOrDefault("objective.type", ""), number, count);
        return run.runAlone(torch, thread,
                new StageListener(listener, folders.run(), before, spec.steps() - before - own.steps()));
    }

    private RunResult runAlone(Torch torch, ComputeThread thread, RunListener listener) {
        Teaching teaching = teaching();
        var data = new RunData(spec, folders, teaching);
        if (data.makes()) {
            // What does not fit is to be said before hours are spent on trajectories.
            opened(torch, teaching, true);
        }
        if (!trajectories(data, torch, thread, listener)) {
            return new RunResult.Stopped(0, spec.steps());
        }
        Opened opened = opened(torch, teaching, false);
        opened.warnings().forEach(listener::warning);
        awaitPlace(opened.delivery(), listener);
        var snapshots = new Snapshots(folders.snapshots(), RunIdentity.withCode(opened.identity(), BuildCommit.id()),
                force);
        var events = new RunEvents(listener, sheets(torch, opened), spec.sheetEvery(),
                spec.averages().getFirst().name(), () -> evaluation(torch, opened));
        try {
            Trainer.Outcome outcome = start(
                    new Trainer(torch, thread, opened.task(), RunFactory.plan(spec), snapshots, events,
                            teaching.start()))
                    .run();
            return outcome.finished()
                    ? thread.call(() -> deliver(opened.delivery(), new Delivery.Trained(outcome.step(),
                            outcome.averages().firstEntry().getValue(), events.measured()), listener))
                    : new RunResult.Stopped(outcome.step(), spec.steps());
        } finally {
            thread.call(() -> {
                events.close();
                return true;
            });
        }
    }

    /** Asks the run to write a snapshot after the step that is under way, and to return. Any thread may ask. */
    public void stop() {
        synchronized (lock) {
            stop.request();
            if (current != null) {
                current.stop();
            }
            if (trainer != null) {
                trainer.stop();
            }
        }
    }

    private Trainer start(Trainer created) {
        synchronized (lock) {
            trainer = created;
            if (stop.requested()) {
                created.stop();
            }
        }
        return created;
    }

    private Teaching teaching() {
        return Teaching.open(spec, folders.models(), stage == null ? null : stage.previous());
    }

    private boolean trajectories(RunData data, Torch torch, ComputeThread thread, RunListener listener) {
        return !data.makes() || thread.call(() -> {
            try {
                return data.make(torch, stop, listener);
            } catch (IOException e) {
                throw unwritable(e);
            }
        });
    }

    private record Opened(Teaching teaching, Dataset data, List<String> warnings, TrainingTask task,
            Map<String, String> identity, Delivery delivery) {}

    /** @param planned whether trajectories that the run makes itself need not be there yet */
    private Opened opened(Torch torch, Teaching teaching, boolean planned) {
        RunFactory.requireMemory(spec, torch.memory());
        return switch (spec.task()) {
            case TrainingSpec.Task.Denoising task -> {
                Dataset data = new RunData(spec, folders, teaching).open(torch, planned);
                yield opened(teaching, data, data.warnings(), run -> {
                    var model = new ModelDelivery(spec, task, data, run, BuildCommit.id(), folders.models(), teaching);
                    return stage == null || stage.last()
                            ? model
                            : new StageDelivery(model, task.network().config(), folders.result());
                });
            }
            case TrainingSpec.Task.Classification task -> {
                DataParts parts = DataReader.parts(spec.data());
                yield opened(teaching, parts.train(), warnings(parts),
                        run -> new ClassifierDelivery(torch, spec, task, parts, run,
                                BuildCommit.id(), folders.metrics()));
            }
        };
    }

    /** Says which samples are not trained on, where the specification does not. */
    private List<String> warnings(DataParts parts) {
        var warnings = new ArrayList<>(parts.train().warnings());
        if (parts.heldOut()) {
            warnings.add(String.format(Locale.ROOT,
                    "%s has no test images: %,d of its %,d, one in %d of each class, are"
                            + " not trained on, and the classifier is measured on them",
                    spec.data().path(),
                    parts.test().size(), parts.test().size() + parts.train().size(), parts.share()));
        }
        return warnings;
    }

    private Opened opened(Teaching teaching, Dataset data, List<String> warnings,
            Function<String, Delivery> delivery) {
        TrainingTask task = RunFactory.task(spec, data, teaching);
        Map<String, String> identity = RunIdentity.of(spec, task.dataHash());
        identity.putAll(teaching.identity());
        return new Opened(teaching, data, warnings, task, identity, delivery.apply(RunIdentity.name(spec, identity)));
    }

    /** A disk that is full at the start is waited for as one that fills up later. A registry that is a file is none. */
    private void awaitPlace(Delivery delivery, RunListener listener) {
        new PatientWriter(stop, listener).write(UNWRITABLE, () -> {
            Disk.requireWritable(folders.snapshots());
            try {
                available(delivery::prepare);
            } catch (NotDirectoryException e) {
                throw unwritable(e);
            }
        }).ifPresent(refusal -> {
            throw unwritable(refusal);
        });
    }

    private static TrainingException unwritable(IOException refusal) {
        return new TrainingException(UNWRITABLE + ": " + WriteFailure.reason(refusal), refusal);
    }

    private ModelCard untrained(TrainingSpec.Task.Denoising task, Opened opened) {
        return ModelCards.untrained(spec, task,
                opened.teaching().known(opened.data().standardDeviation(), spec.steps()));
    }

    private @Nullable SampleSheets sheets(Torch torch, Opened opened) {
        return spec.task() instanceof TrainingSpec.Task.Denoising task
                ? new SampleSheets(torch, untrained(task, opened),
                        task.network().config(), spec.profile(),
                        folders.sheets())
                : null;
    }

    private Optional<RunEvaluation> evaluation(Torch torch, Opened opened) {
        return spec.evaluation() != null && spec.task() instanceof TrainingSpec.Task.Denoising task
                ? Optional.of(new RunEvaluation(torch, spec.evaluation(), folders.metrics(),
                        untrained(task, opened)
                                .withTraining(ModelCards.origin(spec, opened.data(), "", "", 0)),
                        task.network().config(), spec.profile(), spec.data()))
                : Optional.empty();
    }

    /** Where nothing can be written it waits; stopped meanwhile, it is delivered when the run goes on. */
    private RunResult deliver(Delivery delivery, Delivery.Trained trained, RunListener listener) {
        var result = new AtomicReference<RunResult>(new RunResult.Stopped(trained.step(), spec.steps()));
        var _ = new PatientWriter(stop, listener).write("training is done, but its result cannot be written", () -> {
            if (!listener.delivers()) {
                return;
            }
            try {
                available(() -> result.set(delivery.deliver(trained)));
            } catch (IOException | UncheckedIOException e) {
                listener.undelivered();
                throw e;
            }
        });
        return result.get();
    }

    /** A registry that is away is waited for like a disk that is full. */
    private static void available(PatientWriter.Write write) throws IOException {
        try {
            write.run();
        } catch (RegistryUnavailableException e) {
            throw new IOException(e.getMessage(), e);
        }
    }
}
