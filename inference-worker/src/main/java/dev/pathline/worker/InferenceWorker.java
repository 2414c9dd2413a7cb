package dev.pathline.worker;

import dev.pathline.common.job.JobCommand;
import dev.pathline.common.lifecycle.JobLifecycle;
import dev.pathline.common.port.BlobStore;
import dev.pathline.common.port.JobQueue.Claim;
import dev.pathline.common.port.JobQueue.Hold;
import dev.pathline.common.port.JobQueue;
import dev.pathline.common.port.JobStore;
import dev.pathline.common.port.ModelRegistry;
import dev.pathline.common.port.WorkerLiveness;
import dev.pathline.engine.script.TickProgram;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import reactor.core.Disposable;

/**
 * A worker as a service: opens the device, claims jobs, keeps their leases, and stops cleanly.
 *
 * <p>Threads: one that claims, one that sends heartbeats, the compute thread, and virtual ones for what may block.
 */
public final class InferenceWorker implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(InferenceWorker.class);

    /** Below the web server's, so that it stops after the last request was answered. */
    private static final int PHASE = 0;

    private static final Duration CLAIM_WAIT = Duration.ofSeconds(1);
    private static final long DRAIN_POLL_MILLIS = 20;
    /** How often a worker says that it lives, and how fast it is. */
    private static final long SIGN_MILLIS = 1000;

    private final String name;
    private final WorkerProperties properties;
    private final JobQueue queue;
    private final JobStore store;
    private final BlobStore blobs;
    private final ModelRegistry models;
    private final WorkerLiveness liveness;
    private final JobLifecycle lifecycle;
    private final WorkerMetrics metrics;
    private final JobTraces traces;
    private final Semaphore room;
    private final CheckpointCache checkpoints;
    private final List<Duration> pauses;
    private final Map<String, Claim> claims = new ConcurrentHashMap<>();
    private final Clock clock;
    private final UnaryOperator<TickProgram> programs;
    private final CompletableFuture<@Nullable Void> ready = new CompletableFuture<>();
    private volatile @Nullable Running running;

    /** What exists while the worker runs. */
    private record Running(List<DeviceWorker> devices, StartModels models, Preparation preparation,
            ExecutorService blocking,
            ScheduledExecutorService heart,
            Thread claimer, Disposable cancellations) {

        boolean isHung() {
            return devices.stream().anyMatch(DeviceWorker::isHung);
        }

        int active() {
            return devices.stream().mapToInt(device -> device.worker().active()).sum();
        }
    }

    /**
     * A worker that has not started.
     *
     * @param programs what computes instead of a model's own program; the identity, but to try faults out
     * @param pauses how long to wait before each further try to reach a registry that is away
     */
    InferenceWorker(String name, WorkerProperties properties, JobQueue queue, JobStore store, BlobStore blobs,
            ModelRegistry models, WorkerLiveness liveness, JobLifecycle lifecycle, Clock clock,
            UnaryOperator<TickProgram> programs, WorkerMetrics metrics, JobTraces traces, List<Duration> pauses) {
        this.name = name;
        this.properties = properties;
        this.queue = queue;
        this.store = store;
        this.blobs = blobs;
        this.models = models;
        this.liveness = liveness;
        this.lifecycle = lifecycle;
        this.metrics = metrics;
        this.traces = traces;
        this.room = new Semaphore(properties.jobs());
        this.clock = clock;
        this.programs = programs;
        this.checkpoints = new CheckpointCache();
        this.pauses = pauses;
    }

    @Override
    public void start() {
        ExecutorService blocking = Executors.newVirtualThreadPerTaskExecutor();
        var shared = new DeviceWorker.Shared(lifecycle, queue, blobs, blocking, clock, metrics, traces, this::forget,
                programs);
        List<DeviceWorker> devices = properties.device().stream()
                .map(device -> new DeviceWorker(device, properties, shared)).toList();
        devices.forEach(DeviceWorker::start);
        metrics.watchArrays(() -> devices.stream().mapToInt(device -> device.worker().state().arrays()).sum());
        ScheduledExecutorService heart = Executors
                .newSingleThreadScheduledExecutor(Thread.ofPlatform().name("heartbeat").daemon(true).factory());
        Disposable cancellations = queue.cancellations()
                .subscribe(job -> devices.forEach(device -> device.worker().stop(job)));
        var preparation = new Preparation(queue, store, models, lifecycle, checkpoints, pauses, this::forget);
        Thread claimer = Thread.ofPlatform().name("claimer").daemon(true)
                .unstarted(() -> claim(devices, preparation, blocking));
        var start = new StartModels(models, checkpoints, devices, blocking);
        running = new Running(devices, start, preparation, blocking, heart, claimer, cancellations);
        // The first sign of life is given before anybody can ask for a worker.
        live();
        var unusedSigns = heart.scheduleAtFixedRate(this::live, SIGN_MILLIS, SIGN_MILLIS, TimeUnit.MILLISECONDS);
        long beat = properties.lease().toMillis() / 3;
        var unusedBeats = heart.scheduleAtFixedRate(this::keepLeases, beat, beat, TimeUnit.MILLISECONDS);
        claimer.start();
        LOG.info("worker {} runs", name);
        var unusedLoading = start.load(properties.preload()).whenComplete((_, _) -> {
            ready.complete(null);
            live();
        });
    }

    /** Returns what ends when the models are loaded that are loaded at its start, or when it is stopped before. */
    public CompletableFuture<@Nullable Void> whenReady() {
        return ready;
    }

    private void claim(List<DeviceWorker> devices, Preparation preparation, ExecutorService blocking) {
        try {
            while (true) {
                room.acquire();
                Optional<Claim> claim = devices.stream().anyMatch(DeviceWorker::isHung)
                        ? pause()
                        : queue.claim(name, properties.lease(), CLAIM_WAIT);
                if (claim.isEmpty()) {
                    room.release();
                    continue;
                }
                claims.put(claim.get().jobId(), claim.get());
                blocking.execute(() -> preparation.prepare(claim.get(), job -> submit(job, devices)));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** To the device where it waits least. */
    private static void submit(PreparedJob job, List<DeviceWorker> devices) {
        devices.stream().min(Comparator.comparingLong(device -> device.wait(job.model()))).orElseThrow().worker()
                .submit(job);
    }

    private static Optional<Claim> pause() throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(CLAIM_WAIT.toNanos());
        return Optional.empty();
    }

    private void forget(Claim claim) {
        if (claims.remove(claim.jobId(), claim)) {
            room.release();
        }
    }

    /** Says that the worker lives; one whose evaluation hangs says no more, and is not ready. */
    private void live() {
        Running now = running;
        if (now == null) {
            return;
        }
        try {
            metrics.waiting(now.devices().stream().map(device -> device.worker().state().waiting()).toList());
            if (now.isHung()) {
                liveness.leave(name);
            } else {
                liveness.report(status(now), properties.lease());
                now.models().look();
            }
        } catch (RuntimeException e) {
            LOG.warn("a sign of life failed; the next one may succeed", e);
        }
    }

    /** Keeps the leases, and stops what is no longer its own; where an evaluation hangs they end, and others take over. */
    private void keepLeases() {
        Running now = running;
        if (now == null || now.isHung()) {
            return;
        }
        try {
            for (Claim claim : claims.values()) {
                Hold hold = queue.heartbeat(claim, properties.lease());
                if (hold != Hold.HELD) {
                    LOG.info("job {} is {}", claim.jobId(), hold);
                    now.devices().forEach(device -> device.worker().stop(claim.jobId()));
                }
            }
        } catch (RuntimeException e) {
            LOG.warn("a heartbeat failed; the next one may succeed", e);
        }
    }

    private WorkerLiveness.WorkerStatus status(Running now) {
        List<WorkerState> states = now.devices().stream().map(device -> device.worker().state()).toList();
        double speed = states.stream().map(state -> state.pace().rowsPerSecond()).filter(Objects::nonNull)
                .mapToDouble(Double::doubleValue).sum();
        OptionalDouble tick = states.stream().map(state -> state.pace().tickMillis()).filter(Objects::nonNull)
                .mapToDouble(Double::doubleValue).average();
        return new WorkerLiveness.WorkerStatus(name, speed > 0 ? (Double) speed : null,
                tick.isPresent() ? (Double) tick.getAsDouble() : null,
                states.stream().mapToLong(WorkerState::rowsDone).sum(), ready.isDone(),
                now.devices().stream().map(device -> device.worker().doing()).filter(Objects::nonNull).findFirst()
                        .orElse(null),
                now.devices().stream().flatMap(device -> device.profiles().all().stream()).distinct().toList());
    }

    @Override
    public void stop() {
        Running was = running;
        if (was == null) {
            return;
        }
        running = null;
        ready.complete(null);
        try {
            // Interrupted and awaited: a claimer that was just being handed a job would otherwise claim it again below.
            was.claimer().interrupt();
            was.claimer().join();
            drain(was);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        was.cancellations().dispose();
        was.heart().shutdownNow();
        was.devices().forEach(device -> device.worker().shutDown());
        was.preparation().stop();
        giveBack();
        was.devices().forEach(DeviceWorker::close);
        was.blocking().close();
        liveness.leave(name);
        LOG.info("worker {} has stopped", name);
    }

    private void drain(Running was) throws InterruptedException {
        long deadline = System.nanoTime() + properties.drain().toNanos();
        while (was.active() > 0 && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(DRAIN_POLL_MILLIS);
        }
    }

    /** What runs goes back to the queue under the next attempt's number; what waited here never started. */
    private void giveBack() {
        for (Claim claim : claims.values()) {
            lifecycle.apply(claim.jobId(), new JobCommand.Requeue(claim.attempt()));
            queue.release(claim);
        }
    }

    @Override
    public boolean isRunning() {
        return running != null;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }
}
