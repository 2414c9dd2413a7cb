package dev.pathline.worker;

import dev.pathline.diffusion.noise.PhiloxNoise;
import dev.pathline.engine.measure.ProfileAdvisor;
import dev.pathline.engine.torch.ComputeThread;
import dev.pathline.engine.torch.Torch;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A device with its compute thread, on which the {@link Worker}'s loop runs, and the thread that loads models beside it. */
final class DeviceWorker {

    private static final Logger LOG = LoggerFactory.getLogger(DeviceWorker.class);

    /** What a job costs more on a device that has to load its model first, in rows: some seconds' worth. */
    private static final long LOADING = 2000;

    private final Torch torch;
    private final ComputeThread compute;
    private final ComputeThread loading;
    private final Watchdog watchdog;
    private final Worker worker;
    private final ModelProfiles profiles;
    private CompletableFuture<Worker> loop = new CompletableFuture<>();
    private volatile boolean stopping;

    /** What devices of a process share. */
    record Shared(WorkerPorts ports, Endings endings, ExecutorService blocking, WorkerMetrics metrics,
            JobTraces traces, UnaryOperator<ModelWork> work) {}

    /** A device whose loop has not started. */
    DeviceWorker(String device, WorkerProperties properties, Shared shared) {
        torch = Torch.open(device);
        int threads = properties.intraOpThreads();
        compute = new ComputeThread("compute-" + torch.name(), threads);
        loading = new ComputeThread("loading-" + torch.name(), threads);
        watchdog = new Watchdog(torch.name(), properties.watchdog());
        var limits = new Lanes.Limits(properties.slots(), properties.rows(torch.isGpu()), properties.memory(torch));
        var advisor = new ProfileAdvisor(torch, threads, ProfileAdvisor.defaultFolder());
        profiles = new ModelProfiles(advisor, properties.fixedProfile(), torch.name());
        var inbox = new Inbox();
        var loader = new LaneLoader(torch, loading, watchdog, shared.work().apply(ModelWork.real(advisor)), advisor,
                new PhiloxNoise(), limits.slots(), shared.metrics());
        WorkerPorts ports = shared.ports();
        worker = new Worker(new Lanes(torch, limits, profiles, loader, inbox), inbox, shared.endings(),
                ports.lifecycle(), ports.blobs(), shared.blocking(), watchdog, ports.clock(), shared.metrics(),
                shared.traces());
        shared.metrics().watchHung(torch.name(), () -> watchdog.isHung() ? 1 : 0);
        LOG.info("device {}: {} thread(s), profile {}, {} samples of a model at once, {} rows in an evaluation, {} MB",
                torch.name(), threads, properties.profile(), limits.slots(), limits.rows(), limits.memory() >> 20);
    }

    void start() {
        loop = compute.submit(() -> {
            worker.loop();
            return worker;
        });
        var unusedTold = loop.whenComplete((_, failure) -> {
            if (!stopping) {
                LOG.error("the compute loop of {} has ended, and with it this worker: it claims nothing, its jobs go"
                        + " elsewhere, and the process has to be started anew", torch.name(), failure);
            }
        });
    }

    /** Returns the device's name, such as {@code cpu}. */
    String name() {
        return torch.name();
    }

    Worker worker() {
        return worker;
    }

    /** Returns in which profiles it computes models. */
    ModelProfiles profiles() {
        return profiles;
    }

    /** Returns how far the device can be relied on; any thread may look. */
    DeviceHealth health() {
        if (loop.isDone() && !stopping) {
            return DeviceHealth.DEAD;
        }
        return watchdog.isHung() ? DeviceHealth.HUNG : DeviceHealth.WELL;
    }

    /** Returns how many rows a job of a model would wait for here. */
    long wait(String model) {
        WorkerState state = worker.state();
        return state.rowsLeft() + (state.models().contains(model) ? 0 : LOADING);
    }

    /** Ends the loop, without a word about what is under way. */
    void shutDown() {
        stopping = true;
        worker.shutDown();
    }

    /** Closes what is open, after {@link #shutDown()}; what does not return within a time is left behind. */
    void close(Duration within) {
        long deadline = System.nanoTime() + within.toNanos();
        // The loop closes its lanes.
        Thread closing = Thread.ofVirtual().name("closing-" + torch.name()).start(() -> {
            loop.copy().handle((_, _) -> torch).join();
            loading.close();
            compute.close();
        });
        try {
            if (!closing.join(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())))) {
                LOG.warn("{} has not stopped within {} ms, and is left behind", torch.name(), within.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
