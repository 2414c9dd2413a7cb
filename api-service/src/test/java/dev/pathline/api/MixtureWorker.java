package dev.pathline.api;

import dev.pathline.diffusion.npy.Npy;
import dev.pathline.common.image.Png;
import dev.pathline.common.image.Raster;
import dev.pathline.common.job.BlobKeys;
import dev.pathline.common.job.ImageText;
import dev.pathline.common.job.JobCommand;
import dev.pathline.common.job.JobRecord;
import dev.pathline.common.job.JobRequest;
import dev.pathline.common.job.JobResult;
import dev.pathline.common.lifecycle.JobLifecycle;
import dev.pathline.common.port.BlobStore;
import dev.pathline.common.port.JobSignals;
import dev.pathline.common.port.JobStore;
import dev.pathline.common.port.JobStore.Claim;
import dev.pathline.common.port.JobStore.Claimed;
import dev.pathline.common.port.JobStore.Hold;
import dev.pathline.common.port.ModelRegistry;
import dev.pathline.common.port.ModelProfile;
import dev.pathline.common.port.ServedModels;
import dev.pathline.common.wire.Precision;
import dev.pathline.common.port.WorkerLiveness;
import dev.pathline.common.wire.ImageFormat;
import dev.pathline.common.wire.JobEvent;
import dev.pathline.common.wire.Preview;
import dev.pathline.common.wire.StepImage;
import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.model.Network;
import dev.pathline.diffusion.noise.PhiloxNoise;
import dev.pathline.diffusion.plan.PlanExecutor;
import dev.pathline.diffusion.plan.SamplingPlan;
import dev.pathline.diffusion.planner.Planner;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import reactor.core.Disposable;

/**
 * A real worker on a model whose denoiser is known in closed form: claims, leases, runs plans with the library's
 * float64 executor, emits events, stores files. One job at a time, image by image. Tests may make it ask for a permit
 * before each evaluation, to see a job in the middle without sleeping.
 */
final class MixtureWorker implements AutoCloseable {

    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final String NAME = "mixture-worker";

    private final Semaphore doorbell = new Semaphore(0);
    private final Disposable signals;
    private final JobStore store;
    private final BlobStore blobs;
    private final ModelRegistry models;
    private final WorkerLiveness liveness;
    private final JobLifecycle lifecycle;
    private final Thread thread;
    private volatile Semaphore gate = new Semaphore(1 << 30);

    MixtureWorker(
            JobSignals signals,
            JobStore store,
            BlobStore blobs,
            ModelRegistry models,
            WorkerLiveness liveness,
            JobLifecycle lifecycle) {
        this.signals = signals.waiting().subscribe(model -> doorbell.release());
        this.store = store;
        this.blobs = blobs;
        this.models = models;
        this.liveness = liveness;
        this.lifecycle = lifecycle;
        report();
        this.thread = Thread.ofPlatform().name(NAME).daemon().start(this::work);
    }

    /** From now on, evaluations wait for permits; returns the gate. */
    Semaphore hold() {
        gate = new Semaphore(0);
        return gate;
    }

    /** Lets everything run again. */
    void letGo() {
        Semaphore old = gate;
        gate = new Semaphore(1 << 30);
        old.release(1_000_000);
    }

    void report() {
        liveness.report(new WorkerLiveness.WorkerStatus(NAME, 1000.0, null, 0, true, null, List.of(
                new ModelProfile("stripes@2", "test-f64", "rule", "the test's",
                        Map.of("test-f64", Precision.FLOAT32))),
                ServedModels.ALL, List.of("cpu")),
                Duration.ofHours(1));
    }

    @Override
    public void close() {
        signals.dispose();
        thread.interrupt();
    }

    private void work() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                Optional<Claimed> claimed = store.claim(NAME, ServedModels.ALL, LEASE);
                if (claimed.isPresent()) {
                    run(claimed.get().claim());
                } else {
                    doorbell.tryAcquire(1, TimeUnit.SECONDS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run(Claim claim) throws InterruptedException {
        Optional<JobRecord> begun = lifecycle.begin(claim, "test-f64");
        if (begun.isEmpty()) {
            return;
        }
        JobRequest request = begun.get().request();
        ModelCard card = models.resolve(request.modelReference()).orElseThrow().card();
        SamplingPlan plan = Planner.plan(card, request.settings());
        List<double[]> samples = new ArrayList<>();
        for (int index = 0; index < request.count(); index++) {
            int image = index;
            Network network = TestModels.network(card);
            PlanExecutor executor = new PlanExecutor(plan, network, new PhiloxNoise());
            try {
                samples.add(executor.sample(card.dimension(), request.label() == null ? -1 : request.label(),
                        request.seed(), index, (stage, data) -> evaluated(claim, card, plan, request, image, stage,
                                data)));
            } catch (Stopped e) {
                return;
            }
        }
        List<JobResult.Image> images = new ArrayList<>();
        for (int index = 0; index < samples.size(); index++) {
            float[] sample = floats(samples.get(index));
            int[] shape = card.shape().stream().mapToInt(Integer::intValue).toArray();
            blobs.put(BlobKeys.image(claim.jobId(), claim.attempt(), index, ImageFormat.NPY),
                    Npy.encode(sample, shape));
            if (!Raster.isPicture(shape)) {
                images.add(new JobResult.Image(index, null, null));
                continue;
            }
            blobs.put(BlobKeys.image(claim.jobId(), claim.attempt(), index, ImageFormat.PNG),
                    Png.withText(Png.encode(Raster.ofSample(sample, 1, 8, 8)),
                            ImageText.of(request, begun.get().profile(), index)));
            images.add(new JobResult.Image(index, 8, 8));
        }
        lifecycle.apply(claim.jobId(), new JobCommand.Succeed(claim.attempt(), new JobResult(images,
                plan.evaluations())));
    }

    private void evaluated(
            Claim claim, ModelCard card, SamplingPlan plan, JobRequest request, int image, int stage, double[] data) {
        gate.acquireUninterruptibly();
        if (store.keep(List.of(claim), LEASE).get(claim) != Hold.HELD) {
            throw new Stopped();
        }
        int step = plan.stages().get(stage).step() + 1;
        Preview preview = request.preview();
        List<StepImage> previews = preview != null && preview.wants(step, plan.steps())
                ? List.of(StepImage.of(image, ImageFormat.PNG, Png.encode(Raster.ofSample(floats(data), 1, 8, 8))))
                : List.of();
        double sigma = plan.stages().get(stage).call().sigma();
        long rows = (long) image * plan.rows() + stage + 1;
        if (!lifecycle.advance(claim,
                new JobEvent.Step(step, plan.steps(), rows, sigma, -2 * Math.log(sigma), null, previews))) {
            throw new Stopped();
        }
    }

    private static float[] floats(double[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }

    /** The job is not ours any more. */
    private static final class Stopped extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }
}
