package dev.pathline.trainer.runs;

import dev.pathline.common.error.ErrorCode;
import dev.pathline.common.port.ModelStore;
import dev.pathline.common.wire.JobError;
import dev.pathline.engine.torch.ComputeThread;
import dev.pathline.engine.torch.Torch;
import dev.pathline.engine.training.TrainingException;
import dev.pathline.engine.training.WriteFailure;
import dev.pathline.trainer.delivery.RunFolders;
import dev.pathline.trainer.life.RunCommand;
import dev.pathline.trainer.life.RunFiles;
import dev.pathline.trainer.life.RunLock;
import dev.pathline.trainer.life.RunRecord.Owner;
import dev.pathline.trainer.life.RunRecord;
import dev.pathline.trainer.life.RunState;
import dev.pathline.trainer.specification.TrainingSpec;
import dev.pathline.trainer.specification.TrainingSpecs;
import dev.pathline.trainer.specification.fields.SpecException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.scheduler.Schedulers;

/**
 * Gives one device to one run at a time, in the order of arrival.
 *
 * <p>Implementation note. What is to be done is read from the records, on this thread alone: a run of a process that
 * died is at work by its record while nobody has its lock, and goes back to the queue, whether the process was an earlier
 * life of this one or another server on the same folder. So nothing has to be remembered between two lives, and a crash
 * between any two writes is a record that says what to do next. Records are changed with the run's lock alone, so of two
 * servers on one folder one takes a run back, and one trains it.
 */
final class RunSupervisor implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RunSupervisor.class);
    /** Other processes do not wake us. */
    private static final long LOOK_MILLIS = 1000;
    /** How soon a wish of another process is heeded. */
    private static final long HEED_MILLIS = 300;
    /** A run that kills its process would do so again and again. */
    private static final int MAX_STARTS = 10;

    private final RunStore store;
    private final Torch torch;
    private final ComputeThread compute;
    private final ModelStore models;
    private final Path classifiers;
    private final TrainerMetrics metrics;
    private final Thread thread;
    private final Semaphore wakes = new Semaphore(0);
    private @Nullable RunSession part;
    private @Nullable RunHome current;
    private boolean closed;
    private Consumer<RunHome> heed = home -> {
    };
    private @Nullable Disposable heeding;

    /**
     * A supervisor that has not begun.
     *
     * @param compute the thread that trains; stays the caller's
     * @param models where models go
     * @param classifiers where classifiers go
     */
    RunSupervisor(RunStore store, Torch torch, ComputeThread compute, ModelStore models, Path classifiers,
            TrainerMetrics metrics) {
        this.store = store;
        this.torch = torch;
        this.compute = compute;
        this.models = models;
        this.classifiers = classifiers;
        this.metrics = metrics;
        this.thread = Thread.ofPlatform().name("training-runs").daemon(true).unstarted(this::loop);
    }

    /** Says who looks after what other processes wish of the run at work; before the start. */
    void heeding(Consumer<RunHome> look) {
        heed = look;
    }

    /** Begins. */
    void start() {
        thread.start();
        heeding = Schedulers.boundedElastic().schedulePeriodically(this::heed, HEED_MILLIS, HEED_MILLIS,
                TimeUnit.MILLISECONDS);
    }

    private void heed() {
        RunHome home;
        synchronized (this) {
            home = current;
        }
        if (home != null) {
            try {
                heed.accept(home);
            } catch (RuntimeException e) {
                LOG.warn("what is wished of run {} cannot be read", home.run().id(), e);
            }
        }
    }

    /** Something may be to do. */
    void wake() {
        wakes.release();
    }

    /** Lets a run stop after the step under way, if it is the one at work. */
    synchronized void stop(RunHome home) {
        if (current == home && part != null) {
            part.stop();
        }
    }

    /** Lets the run at work write a snapshot and stop, and takes no other. */
    @Override
    public void close() {
        if (heeding != null) {
            heeding.dispose();
        }
        synchronized (this) {
            closed = true;
            if (part != null) {
                part.leave();
            }
        }
        wake();
    }

    /** Waits for the end after {@link #close}; returns whether it came. */
    boolean await(Duration patience) throws InterruptedException {
        return thread.join(patience);
    }

    private void loop() {
        try {
            while (!isClosed()) {
                try {
                    takeBackTheLost();
                    Optional<RunHome> next = next();
                    if (next.isPresent()) {
                        train(next.get());
                    } else {
                        pause();
                    }
                } catch (RuntimeException e) {
                    LOG.error("the supervisor of training runs stumbled", e);
                    pause();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    /** Waits until there may be something to do. */
    private void pause() throws InterruptedException {
        if (wakes.tryAcquire(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
            wakes.drainPermits();
        }
    }

    private Optional<RunHome> next() {
        return store.all().stream().filter(home -> isQueued(home.run()))
                .min(Comparator.comparingLong(home -> home.run().arrival()));
    }

    private static boolean isQueued(RunRecord run) {
        return run.state() == RunState.QUEUED && run.owner() == Owner.SERVER;
    }

    private void takeBackTheLost() {
        for (RunHome home : store.all()) {
            if (isAtWork(home.run()) && !home.isTaken()) {
                try {
                    home.alone(() -> takeBack(home));
                } catch (IOException e) {
                    obstruct(home, e);
                } catch (TrainingException e) {
                    LOG.debug("somebody else takes back run {}", home.run().id(), e);
                }
            }
        }
    }

    private static boolean isAtWork(RunRecord run) {
        return run.state().atWork() && run.owner() == Owner.SERVER;
    }

    private static RunRecord takeBack(RunHome home) throws IOException {
        // Another server may have been faster.
        if (isAtWork(home.run())) {
            LOG.info("run {} was left at step {} by a process that has ended", home.run().id(),
                    home.run().progress().step());
            home.decide(new RunCommand.TakeOver(Owner.SERVER));
            home.obstacle(null);
        }
        return home.run();
    }

    /** Says once what keeps a run from going on; it is looked at again and again. */
    private static void obstruct(RunHome home, IOException e) {
        String reason = "nothing can be written for this run: " + WriteFailure.reason(e)
                + "; it goes on by itself once there is room and permission to write";
        if (home.obstacle() == null) {
            LOG.warn("run {} has to wait: {}", home.run().id(), reason);
        }
        home.obstacle(reason);
    }

    private void train(RunHome home) throws InterruptedException {
        try (RunLock taken = RunLock.take(home.folder())) {
            home.hold();
            try {
                home.obstacle(null);
                if (isQueued(home.run())) {
                    train(home, taken);
                }
            } finally {
                home.letGo();
            }
        } catch (IOException e) {
            obstruct(home, e);
            pause();
        } catch (TrainingException e) {
            LOG.info("run {} has to wait: {}", home.run().id(), e.getMessage());
            pause();
        }
    }

    private void train(RunHome home, RunLock taken) throws IOException {
        String id = home.run().id();
        if (home.run().starts() >= MAX_STARTS) {
            home.decide(new RunCommand.Fail(JobError.of(ErrorCode.TRAINING_FAILED, "The process that trained it ended "
                    + MAX_STARTS
                    + " times before the run's next snapshot; perhaps it needs more memory than there is")));
            return;
        }
        RunSession begun;
        try {
            begun = part(home);
        } catch (SpecException e) {
            home.decide(new RunCommand.Fail(RunSession.error(e)));
            return;
        }
        try {
            if (begin(home, begun)) {
                LOG.info("run {} begins", id);
                begun.run(taken, torch, compute);
                LOG.info("run {} is {}", id, home.run().state().wire());
            }
        } catch (Throwable e) {
            // The part has recorded it, and somebody may have resumed the run since.
            LOG.warn("run {} failed", id, e);
        } finally {
            metrics.idle();
            synchronized (this) {
                part = null;
                current = null;
            }
        }
    }

    private RunSession part(RunHome home) {
        Path folder = home.folder();
        TrainingSpec spec = TrainingSpecs.read(folder.resolve(RunFiles.SPEC));
        return new RunSession(home, spec, new RunFolders(folder, models, classifiers), home.run().force(),
                List.of(metrics.listener(spec.batch())));
    }

    private synchronized boolean begin(RunHome home, RunSession begun) {
        if (closed) {
            return false;
        }
        part = begun;
        current = home;
        return true;
    }
}
