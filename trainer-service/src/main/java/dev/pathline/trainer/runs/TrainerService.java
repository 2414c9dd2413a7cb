package dev.pathline.trainer.runs;

import dev.pathline.common.error.ApiException;
import dev.pathline.common.error.ErrorCode;
import dev.pathline.common.lifecycle.StopClock;
import dev.pathline.common.port.ModelStore;
import dev.pathline.common.port.TrainingRuns;
import dev.pathline.common.wire.TrainingRunAnswer;
import dev.pathline.common.wire.TrainingRunEvent;
import dev.pathline.engine.torch.ComputeThread;
import dev.pathline.engine.torch.Torch;
import dev.pathline.trainer.delivery.RunFolders;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import reactor.core.publisher.Flux;

/**
 * The trainer as a service: opens the device, goes on with what was left, and stops with a snapshot. A trainer that
 * cannot start says why to whoever asks; the server around it serves.
 */
public final class TrainerService implements TrainingRuns, SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(TrainerService.class);

    private final TrainerProperties properties;
    private final ModelStore models;
    private final Clock clock;
    private final MeterRegistry meters;
    private final StopClock stops;
    private volatile @Nullable Running running;
    private volatile String reason = "The trainer has not started yet";

    /** What exists while the trainer runs. */
    private record Running(ComputeThread compute, RunSupervisor supervisor, SupervisedRuns runs) {}

    /**
     * A trainer that has not started.
     *
     * @param stops says how long stopping may take
     */
    TrainerService(TrainerProperties properties, ModelStore models, Clock clock, MeterRegistry meters,
            StopClock stops) {
        this.properties = properties;
        this.models = models;
        this.clock = clock;
        this.meters = meters;
        this.stops = stops;
    }

    @Override
    public void start() {
        try {
            running = begin();
        } catch (IOException e) {
            // The place is wrong, not the program: a sentence says it all.
            reason = "The trainer did not start: " + e.getMessage();
            LOG.warn("the trainer did not start, and the server serves without it: {}", e.getMessage());
        } catch (RuntimeException e) {
            reason = "The trainer did not start: " + e.getMessage();
            LOG.error("the trainer did not start, and the server serves without it", e);
        }
    }

    private Running begin() throws IOException {
        var store = new RunStore(properties.runs().toAbsolutePath(), clock);
        store.open();
        Torch torch = Torch.open(properties.device());
        var compute = new ComputeThread("trainer-" + torch.name(), properties.intraOpThreads());
        var metrics = new TrainerMetrics(meters);
        TrainerMetrics.observe(meters, store);
        var supervisor = new RunSupervisor(store, torch, compute, models, properties.metrics(), metrics);
        var folders = new RunFolders(properties.runs(), models, properties.metrics());
        var runs = new SupervisedRuns(store, supervisor,
                new SpecChecks(torch, new DataRoots(properties.dataRoots().stream().map(Path::of).toList()), folders),
                clock);
        supervisor.start();
        LOG.info("the trainer runs on {} with {} thread(s); runs are in {}", torch.name(), properties.intraOpThreads(),
                properties.runs().toAbsolutePath());
        return new Running(compute, supervisor, runs);
    }

    /** Stops beside others of the same phase. */
    @Override
    public void stop(Runnable whenStopped) {
        Thread.ofPlatform().name("trainer-stop").start(() -> {
            try {
                stop();
            } finally {
                whenStopped.run();
            }
        });
    }

    /** Has the run at work write a snapshot, for as long as the process has; what does not return is left behind. */
    @Override
    public void stop() {
        Running stopped = running;
        if (stopped == null) {
            return;
        }
        running = null;
        reason = "The trainer is stopping";
        stops.begin();
        stopped.runs().close();
        stopped.supervisor().close();
        Duration patience = Collections.min(List.of(properties.drain(), stops.forWork()));
        try {
            if (!stopped.supervisor().await(patience)) {
                LOG.warn("a run did not write its snapshot within {} ms; it goes on from an earlier one",
                        patience.toMillis());
            }
            // It waits for the step under way, which may be long.
            if (!Thread.ofVirtual().start(stopped.compute()::close).join(stops.left())) {
                LOG.warn("a training step has not ended, and is left behind");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        LOG.info("the trainer has stopped");
    }

    @Override
    public boolean isRunning() {
        return running != null;
    }

    /** Returns why it takes no runs, where it does not. */
    public String whyNot() {
        return reason;
    }

    /** After the web server: as long as requests are taken, they are answered. */
    @Override
    public int getPhase() {
        return StopClock.WORK_PHASE;
    }

    private TrainingRuns runs() {
        Running now = running;
        if (now == null) {
            throw new ApiException(ErrorCode.NO_TRAINER, reason);
        }
        return now.runs();
    }

    @Override
    public Submitted submit(String specification, Format format, @Nullable String owner) {
        return runs().submit(specification, format, owner);
    }

    @Override
    public List<TrainingRunAnswer> list() {
        return runs().list();
    }

    @Override
    public TrainingRunAnswer find(String id) {
        return runs().find(id);
    }

    @Override
    public TrainingRunAnswer pause(String id) {
        return runs().pause(id);
    }

    @Override
    public TrainingRunAnswer resume(String id, boolean force) {
        return runs().resume(id, force);
    }

    @Override
    public TrainingRunAnswer cancel(String id) {
        return runs().cancel(id);
    }

    @Override
    public TrainingRunAnswer purge(String id) {
        return runs().purge(id);
    }

    @Override
    public Flux<LoggedRunEvent> events(String id, long after) {
        return Flux.defer(() -> runs().events(id, after));
    }

    @Override
    public List<TrainingRunEvent.Progress> progress(String id) {
        return runs().progress(id);
    }

    @Override
    public Optional<byte[]> sheet(String id, long step) {
        return runs().sheet(id, step);
    }

    @Override
    public Optional<byte[]> report(String id) {
        return runs().report(id);
    }
}
