package dev.pathline.worker;

import dev.pathline.common.error.ErrorCode;
import dev.pathline.common.job.JobCommand;
import dev.pathline.common.job.JobRecord;
import dev.pathline.common.job.JobRequest;
import dev.pathline.common.lifecycle.JobLifecycle;
import dev.pathline.common.port.BlobStore;
import dev.pathline.common.port.JobQueue;
import dev.pathline.common.port.JobQueue.Claim;
import dev.pathline.common.port.JobQueue.Hold;
import dev.pathline.common.port.JobStore;
import dev.pathline.common.port.ModelRegistry;
import dev.pathline.common.port.WorkerLiveness;
import dev.pathline.common.wire.JobError;
import dev.pathline.diffusion.noise.PhiloxNoise;
import dev.pathline.diffusion.planner.Planner;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.measure.ProfileAdvisor;
import dev.pathline.engine.torch.ComputeThread;
import dev.pathline.engine.torch.Torch;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
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

    private final String name;
    private final WorkerProperties properties;
    private final JobQueue queue;
    private final JobStore store;
    private final BlobStore blobs;
    private final ModelRegistry models;
    private final WorkerLiveness liveness;
    private final JobLifecycle lifecycle;
    private final WorkerMetrics metrics;
    private final Semaphore room;
    private final CheckpointCache checkpoints;
    private final Map<String, Claim> claims = new ConcurrentHashMap<>();
    private volatile @Nullable Running running;

    /** What exists while the worker runs. */
    private record Running(ComputeThread compute, Worker worker, ExecutorService blocking,
            ScheduledExecutorService heart, Thread claimer, Disposable cancellations) {}

    /** A worker that has not started. */
    InferenceWorker(String name, WorkerProperties properties, JobQueue queue, JobStore store, BlobStore blobs,
            ModelRegistry models, WorkerLiveness liveness, JobLifecycle lifecycle, WorkerMetrics metrics) {
        this.name = name;
        this.properties = properties;
        this.queue = queue;
        this.store = store;
        this.blobs = blobs;
        this.models = models;
        this.liveness = liveness;
        this.lifecycle = lifecycle;
        this.metrics = metrics;
        this.room = new Semaphore(properties.jobs());
        this.checkpoints = new CheckpointCache(properties.models());
    }

    @Override
    public void start() {
        Torch torch = Torch.open(properties.device());
        var advisor = new ProfileAdvisor(torch, properties.intraOpThreads(), ProfileAdvisor.defaultFolder());
        var compute = new ComputeThread("compute-" + torch.name(), properties.intraOpThreads());
        ExecutorService blocking = Executors.newVirtualThreadPerTaskExecutor();
        var lanes = new Lanes(torch, properties.fixedProfile(), advisor, new PhiloxNoise(), properties.slots(),
                properties.models());
        var worker = new Worker(lanes, lifecycle, queue, blobs, blocking, metrics, this::forget);
        var unusedLoop = compute.submit(() -> {
            worker.loop();
            return null;
        }).whenComplete((done, failure) -> {
            if (failure != null) {
                LOG.error("the compute loop died", failure);
            }
        });
        ScheduledExecutorService heart = Executors
                .newSingleThreadScheduledExecutor(Thread.ofPlatform().name("heartbeat").daemon(true).factory());
        long beat = properties.lease().toMillis() / 3;
        var unusedBeat = heart.scheduleAtFixedRate(this::beat, 0, beat, TimeUnit.MILLISECONDS);
        Disposable cancellations = queue.cancellations().subscribe(worker::stop);
        Thread claimer = Thread.ofPlatform().name("claimer").daemon(true).unstarted(() -> claim(worker, blocking));
        running = new Running(compute, worker, blocking, heart, claimer, cancellations);
        claimer.start();
        LOG.info("worker {} runs on {} with {} thread(s), profile {}", name, torch.name(), properties.intraOpThreads(),
                properties.profile());
    }

    private void claim(Worker worker, ExecutorService blocking) {
        try {
            while (true) {
                room.acquire();
                Optional<Claim> claim = queue.claim(name, properties.lease(), CLAIM_WAIT);
                if (claim.isEmpty()) {
                    room.release();
                    continue;
                }
                claims.put(claim.get().jobId(), claim.get());
                blocking.execute(() -> prepare(claim.get(), worker));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Reads what a job needs, off the compute thread. */
    private void prepare(Claim claim, Worker worker) {
        try {
            Optional<JobRecord> record = store.find(claim.jobId());
            if (record.isEmpty() || record.get().state().terminal()) {
                queue.ack(claim);
                forget(claim);
                return;
            }
            JobRequest request = record.get().request();
            Checkpoint checkpoint = checkpoints.of(request.modelReference(), () -> folder(request));
            worker.submit(new PreparedJob(claim, record.get(),
                    Planner.plan(checkpoint.card(), record.get().request().settings()), checkpoint));
        } catch (RuntimeException e) {
            LOG.error("job {} cannot be prepared", claim.jobId(), e);
            lifecycle.apply(claim.jobId(), new JobCommand.Fail(claim.attempt(),
                    JobError.of(ErrorCode.GENERATION_FAILED, "The job could not be prepared: " + e.getMessage())));
            queue.ack(claim);
            forget(claim);
        }
    }

    /** Exactly the version that was resolved when the job was accepted, even if it is retired by now. */
    private Path folder(JobRequest request) {
        return models.open(models.find(request.model(), request.version()).orElseThrow(
                () -> new IllegalStateException("the model " + request.modelReference() + " is gone")));
    }

    private void forget(Claim claim) {
        if (claims.remove(claim.jobId(), claim)) {
            room.release();
        }
    }

    /** Keeps the leases, says that the worker lives, and stops what is no longer its own. */
    private void beat() {
        try {
            double speed = metrics.rowsPerSecond();
            liveness.report(new WorkerLiveness.WorkerStatus(name, speed < 0 ? null : speed), properties.lease());
            Running now = running;
            for (Claim claim : claims.values()) {
                Hold hold = queue.heartbeat(claim, properties.lease());
                if (hold != Hold.HELD && now != null) {
                    LOG.info("job {} is {}", claim.jobId(), hold);
                    now.worker().stop(claim.jobId());
                }
            }
        } catch (RuntimeException e) {
            LOG.warn("a heartbeat failed; the next one may succeed", e);
        }
    }

    @Override
    public void stop() {
        Running was = running;
        if (was == null) {
            return;
        }
        running = null;
        try {
            // Interrupted and awaited: a claimer that was just being handed a job would otherwise claim it again below.
            was.claimer().interrupt();
            was.claimer().join();
            drain(was.worker());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        was.cancellations().dispose();
        was.heart().shutdownNow();
        was.worker().shutDown();
        giveBack();
        was.compute().close();
        was.blocking().close();
        liveness.leave(name);
        LOG.info("worker {} has stopped", name);
    }

    private void drain(Worker worker) throws InterruptedException {
        long deadline = System.nanoTime() + properties.drain().toNanos();
        while (worker.active() > 0 && System.nanoTime() < deadline) {
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
