package dev.pathline.worker;

import dev.pathline.common.lifecycle.JobLifecycle;
import dev.pathline.common.port.BlobStore;
import dev.pathline.common.port.JobQueue;
import dev.pathline.common.port.JobQueue.Claim;
import dev.pathline.diffusion.noise.PhiloxNoise;
import dev.pathline.engine.measure.ProfileAdvisor;
import dev.pathline.engine.script.TickProgram;
import dev.pathline.engine.torch.ComputeThread;
import dev.pathline.engine.torch.Torch;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A device with its compute thread, on which the {@link Worker}'s loop runs. */
final class DeviceWorker implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DeviceWorker.class);

    /** What a job costs more on a device that has to load its model first, in rows: some seconds' worth. */
    private static final long LOADING = 2000;
    private static final long CLOSING_SECONDS = 10;

    private final Torch torch;
    private final ComputeThread compute;
    private final Watchdog watchdog;
    private final Worker worker;
    private final ModelProfiles profiles;
    private CompletableFuture<@Nullable Void> loop = CompletableFuture.completedFuture(null);

    /** What devices of a process share. */
    record Shared(JobLifecycle lifecycle, JobQueue queue, BlobStore blobs, ExecutorService blocking, Clock clock,
            WorkerMetrics metrics, JobTraces traces, Consumer<Claim> ended, UnaryOperator<TickProgram> programs) {}

    /** A device whose loop has not started. */
    DeviceWorker(String device, WorkerProperties properties, Shared shared) {
        torch = Torch.open(device);
        int threads = properties.intraOpThreads();
        compute = new ComputeThread("compute-" + torch.name(), threads);
        watchdog = new Watchdog(torch.name(), properties.watchdog());
        var limits = new Lanes.Limits(properties.slots(), properties.rows(torch.isGpu()), properties.memory(torch));
        var advisor = new ProfileAdvisor(torch, threads, ProfileAdvisor.defaultFolder());
        profiles = new ModelProfiles(advisor, properties.fixedProfile(), torch.name());
        var lanes = new Lanes(torch, limits, advisor, profiles, new PhiloxNoise(), shared.programs(), shared.metrics());
        worker = new Worker(lanes, shared.lifecycle(), shared.queue(), shared.blobs(), shared.blocking(), watchdog,
                shared.clock(), shared.metrics(), shared.traces(), shared.ended());
        shared.metrics().watchHung(torch.name(), () -> watchdog.isHung() ? 1 : 0);
        LOG.info("device {}: {} thread(s), profile {}, {} samples of a model at once, {} rows in an evaluation, {} MB",
                torch.name(), threads, properties.profile(), limits.slots(), limits.rows(), limits.memory() >> 20);
    }

    void start() {
        loop = compute.submit(() -> {
            worker.loop();
            return null;
        }).handle((done, failure) -> {
            if (failure != null) {
                LOG.error("the compute loop of {} died", torch.name(), failure);
            }
            return null;
        });
    }

    Worker worker() {
        return worker;
    }

    /** Returns in which profiles it computes models. */
    ModelProfiles profiles() {
        return profiles;
    }

    /** Returns whether an evaluation does not return; any thread may look. */
    boolean isHung() {
        return watchdog.isHung();
    }

    /** Returns how many rows a job of a model would wait for here. */
    long wait(String model) {
        WorkerState state = worker.state();
        return state.rowsLeft() + (state.models().contains(model) ? 0 : LOADING);
    }

    @Override
    public void close() {
        worker.shutDown();
        // It closes its lanes, unless it hangs.
        loop.completeOnTimeout(null, CLOSING_SECONDS, TimeUnit.SECONDS).join();
        compute.close();
    }
}
