package dev.pathline.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathline.common.inprocess.DirectoryModelRegistry;
import dev.pathline.common.inprocess.InProcessBlobStore;
import dev.pathline.common.inprocess.InProcessEventLog;
import dev.pathline.common.inprocess.InProcessJobQueue;
import dev.pathline.common.inprocess.InProcessJobStore;
import dev.pathline.common.inprocess.InProcessWorkerLiveness;
import dev.pathline.common.job.BlobKeys;
import dev.pathline.common.job.JobCommand;
import dev.pathline.common.job.JobRecord;
import dev.pathline.common.job.JobRequest;
import dev.pathline.common.job.JobTerms;
import dev.pathline.common.job.JobState;
import dev.pathline.common.lifecycle.JobLifecycle;
import dev.pathline.common.port.EventLog;
import dev.pathline.common.port.JobQueue;
import dev.pathline.common.wire.ImageFormat;
import dev.pathline.common.wire.JobEvent;
import dev.pathline.common.wire.Preview;
import dev.pathline.diffusion.planner.SamplingSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.scheduler.Schedulers;

/** The worker on a real engine, with in-process adapters. */
class InferenceWorkerTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path models;

    private final Clock clock = Clock.systemUTC();
    private final JobQueue queue = new InProcessJobQueue(100, clock);
    private final InProcessJobStore store = new InProcessJobStore();
    private final EventLog log = new InProcessEventLog(Schedulers.parallel(), 8 << 20, 32 << 20);
    private final InProcessBlobStore blobs = new InProcessBlobStore(64 << 20, clock);
    private final InProcessWorkerLiveness liveness = new InProcessWorkerLiveness(clock);
    private final JobLifecycle lifecycle = new JobLifecycle(store, log, clock);
    private final List<InferenceWorker> workers = new ArrayList<>();
    private int jobs;

    @BeforeEach
    void writeModels() {
        TinyModels.write(models, "good");
        TinyModels.writeBroken(models, "broken");
    }

    @AfterEach
    void stopWorkers() {
        workers.forEach(InferenceWorker::stop);
    }

    private InferenceWorker start(String name, Duration drain) {
        var properties = new WorkerProperties("cpu", 1, "f32", 64, 8, 2,
                Duration.ofSeconds(3), drain);
        var worker = new InferenceWorker(name, properties, queue, store, blobs,
                new DirectoryModelRegistry(List.of(models), Duration.ZERO, clock), liveness, lifecycle,
                new WorkerMetrics(new SimpleMeterRegistry()));
        worker.start();
        workers.add(worker);
        return worker;
    }

    private String submit(String model, int count, int steps, long seed, @Nullable Preview preview) {
        String id = "job-" + ++jobs;
        var settings = SamplingSettings.defaults(true).withSolver("euler").withSteps(steps).withTimeGrid("time")
                .withCfgScale(2.0);
        var request = new JobRequest(model, "1", count, 1, "b", settings, seed, preview, ImageFormat.PNG,
                2L * count * steps, steps, JobTerms.DEFAULT, Map.of());
        JobRecord job = JobRecord.queued(id, request, null, clock.instant());
        store.create(job);
        log.append(id, EventLog.NO_ATTEMPT, new JobEvent.Queued(1, null));
        queue.offer(JobQueue.QueueEntry.of(job));
        return id;
    }

    /** Waits for the terminal event, and returns the types of all. */
    private List<String> events(String id) {
        return Objects.requireNonNull(
                log.read(id, 0).map(e -> e.event().type()).collectList().block(PATIENCE));
    }

    private JobRecord job(String id) {
        return store.find(id).orElseThrow();
    }

    private byte[] image(String id, int index, ImageFormat format) {
        return blobs.get(BlobKeys.image(id, index, format)).orElseThrow();
    }

    @Test
    void shouldTellEveryStepWithAPreviewAndStoreTheImages() {
        String id = submit("good", 3, 4, 7, Preview.EVERY_STEP);
        start("w", Duration.ZERO);

        assertThat(events(id)).containsExactly("queued", "started", "step", "step", "step", "step", "succeeded");
        JobRecord job = job(id);
        assertThat(job.state()).isEqualTo(JobState.SUCCEEDED);
        assertThat(job.profile()).isEqualTo("f32");
        assertThat(job.rowsDone()).isEqualTo(24);
        List<JobEvent.Step> steps = Objects.requireNonNull(log.read(id, 0).map(EventLog.LoggedEvent::event)
                .ofType(JobEvent.Step.class).collectList().block(PATIENCE));
        assertThat(steps).allSatisfy(step -> assertThat(step.images()).hasSize(3));
        assertThat(steps.get(0).sigma()).isNull();
        assertThat(steps.get(1).sigma()).isEqualTo(3);
        for (int i = 0; i < 3; i++) {
            assertThat(image(id, i, ImageFormat.PNG)).startsWith((byte) 0x89, (byte) 'P', (byte) 'N', (byte) 'G');
            assertThat(image(id, i, ImageFormat.NPY)).hasSize(128 + 4 * 64);
        }
        assertThat(image(id, 0, ImageFormat.NPY)).isNotEqualTo(image(id, 1, ImageFormat.NPY));
    }

    @Test
    void shouldMakeTheSameImagesAgain() {
        String first = submit("good", 2, 5, 7, null);
        String second = submit("good", 2, 5, 7, null);
        String other = submit("good", 2, 5, 8, null);
        start("w", Duration.ZERO);
        List.of(first, second, other).forEach(this::events);

        assertThat(image(second, 1, ImageFormat.PNG)).isEqualTo(image(first, 1, ImageFormat.PNG));
        assertThat(image(other, 1, ImageFormat.PNG)).isNotEqualTo(image(first, 1, ImageFormat.PNG));
    }

    @Test
    void shouldFailAJobWhoseNetworkIsNotFiniteAndNoOther() {
        String bad = submit("broken", 2, 4, 1, null);
        String good = submit("good", 2, 4, 1, null);
        start("w", Duration.ZERO);

        assertThat(events(bad)).endsWith("failed");
        assertThat(Objects.requireNonNull(job(bad).error()).message()).contains("not finite at step 1 of 4", "broken");
        assertThat(events(good)).endsWith("succeeded");
        String again = submit("good", 2, 4, 1, null);
        assertThat(events(again)).endsWith("succeeded");
    }

    @Test
    void shouldFailAJobWhoseCheckpointWasDamaged() throws IOException {
        Path weights = models.resolve("good/1/unet/diffusion_pytorch_model.safetensors");
        byte[] bytes = Files.readAllBytes(weights);
        bytes[bytes.length - 1] ^= 1;
        Files.write(weights, bytes);
        String id = submit("good", 1, 4, 1, null);
        start("w", Duration.ZERO);

        assertThat(events(id)).endsWith("failed");
        assertThat(Objects.requireNonNull(job(id).error()).message()).contains("SHA-256");
        // The job is acknowledged after its last event; stopping waits for that.
        workers.getFirst().stop();
        assertThat(queue.depth().claimed()).isZero();
    }

    @Test
    void shouldStopACancelledJobAndGoOn() {
        start("w", Duration.ZERO);
        String endless = submit("good", 64, 1000, 1, Preview.EVERY_STEP);
        log.read(endless, 0).filter(e -> e.event() instanceof JobEvent.Step).blockFirst(PATIENCE);

        lifecycle.apply(endless, new JobCommand.Cancel());
        assertThat(queue.cancel(endless)).isTrue();

        assertThat(events(endless)).endsWith("cancelled");
        // Its 64 places are all there are: this one can only enter once they are free.
        assertThat(events(submit("good", 64, 2, 1, null))).endsWith("succeeded");
        assertThat(job(endless).state()).isEqualTo(JobState.CANCELLED);
    }

    @Test
    void shouldGiveBackWhatItCannotFinishAndAnotherWorkerMakesTheSameImages() {
        String quiet = submit("good", 2, 400, 7, null);
        InferenceWorker first = start("first", Duration.ofMinutes(1));
        events(quiet);
        String moved = submit("good", 2, 400, 7, Preview.EVERY_STEP);
        log.read(moved, 0).filter(e -> e.event() instanceof JobEvent.Step).blockFirst(PATIENCE);
        first.stop();
        assertThat(job(moved).state()).as("%s", job(moved).error()).isEqualTo(JobState.SUCCEEDED);

        String interrupted = submit("good", 2, 1000, 9, Preview.EVERY_STEP);
        InferenceWorker second = start("second", Duration.ZERO);
        log.read(interrupted, 0).filter(e -> e.event() instanceof JobEvent.Step).blockFirst(PATIENCE);
        second.stop();
        assertThat(job(interrupted).state()).isEqualTo(JobState.QUEUED);
        assertThat(queue.depth().waiting()).as("%s", queue.depth()).isEqualTo(1);
        assertThat(liveness.live()).isEmpty();

        start("third", Duration.ZERO);
        assertThat(events(interrupted)).endsWith("succeeded").containsOnlyOnce("succeeded");
        assertThat(job(interrupted).attempt()).isEqualTo(2);
        assertThat(job(interrupted).worker()).isEqualTo("third");
        assertThat(image(moved, 0, ImageFormat.NPY)).isEqualTo(image(quiet, 0, ImageFormat.NPY));
    }

    @Test
    void shouldSayThatItLives() {
        start("w", Duration.ZERO);

        assertThat(events(submit("good", 1, 2, 1, null))).endsWith("succeeded");
        assertThat(liveness.live()).singleElement().satisfies(s -> assertThat(s.worker()).isEqualTo("w"));
    }
}
