package dev.pathline.worker;

import dev.pathline.common.lifecycle.StopClock;
import dev.pathline.common.port.JobStore.Claim;
import dev.pathline.common.port.JobStore.Claimed;
import dev.pathline.common.port.WorkerLiveness;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.LivenessState;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.SmartLifecycle;
import reactor.core.Disposable;
import reactor.core.Disposables;

/**
 * A worker as a service: opens the device, claims jobs, keeps their leases, and stops cleanly.
 *
 * <p>Threads: one that claims, one that gives signs of life and sends heartbeats, for each device the compute thread and one
 * that loads models, and virtual ones for what may block. One state, {@link DeviceHealth}, says whether there are signs of
 * life, claims and heartbeats, and whether the process is told to be alive.
 */
public final class InferenceWorker implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(InferenceWorker.class);

    /** How long a job waits at most of which nobody was told, and how long a store that is away is left alone. */
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final long DRAIN_POLL_MILLIS = 20;
    /** How often a worker says that it lives, and how fast it is. */
    private static final long SIGN_MILLIS = 1000;

    private final String name;
    private final WorkerProperties properties;
    private final WorkerPorts ports;
    private final UnaryOperator<ModelWork> work;
    private final WorkerMetrics metrics;
    private final JobTraces traces;
    private final List<Duration> pauses;
    private final StopClock stops;
    private final ApplicationEventPublisher events;
    private final CheckpointCache checkpoints = new CheckpointCache();
    private final Leases leases;
    private final Doorbell doorbell = new Doorbell();
    private final CompletableFuture<@Nullable Void> ready = new CompletableFuture<>();
    private volatile @Nullable Running running;
    private boolean toldBroken;

    /** What exists while the worker runs. */
    private record Running(List<DeviceWorker> devices, StartModels models, Preparation preparation,
            ExecutorService blocking, ScheduledExecutorService heart, Thread claimer, Disposable signals) {

        /** That of the device on which least can be relied. */
        DeviceHealth health() {
            return devices.stream().map(DeviceWorker::health).max(Comparator.naturalOrder()).orElseThrow();
        }

        int active() {
            return devices.stream().mapToInt(device -> device.worker().active()).sum();
        }
    }

    /**
     * A worker that has not started.
     *
     * @param work how models are loaded and tried out; the identity, but to try faults out
     * @param pauses how long to wait before each further try to reach a registry that is away
     * @param stops says how long stopping may take
     * @param events hears whether the process is to be started anew
     */
    InferenceWorker(String name, WorkerProperties properties, WorkerPorts ports, UnaryOperator<ModelWork> work,
            WorkerMetrics metrics, JobTraces traces, List<Duration> pauses, StopClock stops,
            ApplicationEventPublisher events) {
        this.name = name;
        this.properties = properties;
        this.ports = ports;
        this.work = work;
        this.metrics = metrics;
        this.traces = traces;
        this.pauses = pauses;
        this.stops = stops;
        this.events = events;
        this.leases = new Leases(name, ports.store(), ports.signals(), properties.served(), properties.lease(),
                properties.jobs(), properties.ahead());
    }

    @Override
    public void start() {
        ExecutorService blocking = Executors.newVirtualThreadPerTaskExecutor();
        var endings = new Endings(ports.lifecycle(), blocking, leases);
        var shared = new DeviceWorker.Shared(ports, endings, blocking, metrics, traces, work);
        List<DeviceWorker> devices = properties.device().stream()
                .map(device -> new DeviceWorker(device, properties, shared)).toList();
        devices.forEach(DeviceWorker::start);
        metrics.watchArrays(() -> devices.stream().mapToInt(device -> device.worker().state().arrays()).sum());
        ScheduledExecutorService heart = Executors
                .newSingleThreadScheduledExecutor(Thread.ofPlatform().name("heartbeat").daemon(true).factory());
        Disposable signals = Disposables.composite(
                ports.signals().waiting().filter(properties.served()::serves).subscribe(model -> doorbell.ring()),
                ports.signals().ended().subscribe(
                        job -> leases.over(claim -> claim.jobId().equals(job), claim -> stop(claim, devices))));
        var preparation = new Preparation(ports, checkpoints, pauses, endings);
        Thread claimer = Thread.ofPlatform().name("claimer").daemon(true)
                .unstarted(() -> claim(devices, preparation, blocking));
        var models = new StartModels(ports.models(), checkpoints, devices, blocking);
        running = new Running(devices, models, preparation, blocking, heart, claimer, signals);
        // The first sign of life is given before anybody can ask for a worker.
        live();
        var unusedSigns = heart.scheduleAtFixedRate(this::live, SIGN_MILLIS, SIGN_MILLIS, TimeUnit.MILLISECONDS);
        long beat = properties.lease().toMillis() / 3;
        var unusedBeats = heart.scheduleAtFixedRate(this::keepLeases, beat, beat, TimeUnit.MILLISECONDS);
        claimer.start();
        LOG.info("worker {} runs", name);
        var unusedLoading = models.load(properties.preload()).whenComplete((_, _) -> {
            ready.complete(null);
            live();
        });
    }

    /** Returns what ends when the models are loaded that are loaded at its start, or when it is stopped before. */
    public CompletableFuture<@Nullable Void> whenReady() {
        return ready;
    }

    /** Returns whether jobs are taken, and the models are loaded that are loaded at the start. */
    public boolean isReady() {
        Running now = running;
        return now != null && ready.isDone() && now.health() == DeviceHealth.WELL;
    }

    /** Returns the worker's name. */
    public String name() {
        return name;
    }

    private void claim(List<DeviceWorker> devices, Preparation preparation, ExecutorService blocking) {
        try {
            while (true) {
                doorbell.hush();
                Optional<Claimed> claimed = next(devices);
                if (claimed.isPresent()) {
                    prepare(claimed.get(), devices, preparation, blocking);
                } else {
                    doorbell.await(LOOK);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Where nobody can be asked, it is asked again: a worker that lives must not be one that never claims. */
    private Optional<Claimed> next(List<DeviceWorker> devices) throws InterruptedException {
        if (devices.stream().allMatch(device -> device.health() == DeviceHealth.WELL)) {
            try {
                return leases.claim();
            } catch (RuntimeException | Error e) {
                LOG.error("no job could be claimed; the next try may succeed", e);
                TimeUnit.NANOSECONDS.sleep(LOOK.toNanos());
            }
        }
        return Optional.empty();
    }

    private void prepare(Claimed job, List<DeviceWorker> devices, Preparation preparation, ExecutorService blocking) {
        try {
            blocking.execute(() -> preparation.prepare(job, prepared -> submit(prepared, devices)));
        } catch (RejectedExecutionException e) {
            LOG.debug("the worker stops, and gives back what it has claimed", e);
        }
    }

    /** To the device where it waits least. */
    private void submit(PreparedJob job, List<DeviceWorker> devices) {
        devices.stream().min(Comparator.comparingLong(device -> device.wait(job.model()))).orElseThrow().worker()
                .submit(job);
        if (leases.isOver(job.claim())) {
            // It was over before it could be found anywhere.
            stop(job.claim(), devices);
        }
    }

    private static void stop(Claim claim, List<DeviceWorker> devices) {
        devices.forEach(device -> device.worker().stop(claim::equals));
    }

    /** Says that the worker lives; one on which nobody can rely says no more, and is not ready. */
    private synchronized void live() {
        Running now = running;
        if (now == null) {
            return;
        }
        try {
            DeviceHealth health = now.health();
            tell(health);
            if (health == DeviceHealth.WELL) {
                ports.liveness().report(status(now), properties.lease());
                now.models().look();
            } else {
                ports.liveness().leave(name);
            }
            metrics.waiting(now.devices().stream().map(device -> device.worker().state().waiting()).toList());
        } catch (Throwable e) {
            LOG.warn("a sign of life failed; the next one may succeed", e);
        }
    }

    /** Again and again while it is broken: the application's own start says that all is well. */
    private void tell(DeviceHealth health) {
        boolean broken = health != DeviceHealth.WELL;
        if (broken || toldBroken) {
            AvailabilityChangeEvent.publish(events, this, broken ? LivenessState.BROKEN : LivenessState.CORRECT);
        }
        toldBroken = broken;
    }

    /** Keeps the leases, and stops what is no longer its own; where nobody can rely on it they end, and others take over. */
    private void keepLeases() {
        Running now = running;
        if (now != null && now.health() == DeviceHealth.WELL) {
            leases.keep(claim -> stop(claim, now.devices()));
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
                now.devices().stream().flatMap(device -> device.profiles().all().stream()).distinct().toList(),
                properties.served(), now.devices().stream().map(DeviceWorker::name).toList());
    }

    /** Stops beside others of the same phase. */
    @Override
    public void stop(Runnable stopped) {
        Thread.ofPlatform().name("worker-stop").start(() -> {
            try {
                stop();
            } finally {
                stopped.run();
            }
        });
    }

    /** Stops within the time that is left for that: what cannot end by then is given back, and what hangs is left behind. */
    @Override
    public void stop() {
        Running was = running;
        if (was == null) {
            return;
        }
        running = null;
        ready.complete(null);
        stops.begin();
        long start = System.nanoTime();
        try {
            // Interrupted and awaited: a claimer that was just being handed a job would otherwise claim it again below.
            was.claimer().interrupt();
            was.claimer().join(stops.forWork());
            drain(was);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        was.signals().dispose();
        was.heart().shutdownNow();
        was.devices().forEach(DeviceWorker::shutDown);
        was.preparation().stop();
        int givenBack = leases.giveBack(ports.lifecycle());
        was.devices().forEach(device -> device.close(stops.left()));
        end(was.blocking());
        leave();
        LOG.info("worker {} has stopped after {} ms; jobs given back: {}", name,
                (System.nanoTime() - start) / 1_000_000, givenBack);
    }

    private void leave() {
        try {
            ports.liveness().leave(name);
        } catch (RuntimeException e) {
            LOG.warn("nobody hears that worker {} has stopped; its last sign of life will end", name, e);
        }
    }

    private void drain(Running was) throws InterruptedException {
        Duration most = stops.forWork();
        long patience = Math.min(properties.drain().toNanos(), most.toNanos());
        long start = System.nanoTime();
        while (was.active() > 0 && System.nanoTime() - start < patience) {
            TimeUnit.MILLISECONDS.sleep(DRAIN_POLL_MILLIS);
        }
    }

    private void end(ExecutorService blocking) {
        blocking.shutdown();
        try {
            if (!blocking.awaitTermination(stops.left().toNanos(), TimeUnit.NANOSECONDS)) {
                blocking.shutdownNow();
                LOG.warn("something that blocks has not ended, and is left behind");
            }
        } catch (InterruptedException e) {
            blocking.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return running != null;
    }

    /** After the web server: until then requests that wait for images are answered. */
    @Override
    public int getPhase() {
        return StopClock.WORK_PHASE;
    }
}
