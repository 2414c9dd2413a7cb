package dev.pathline.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathline.common.error.ErrorCode;
import dev.pathline.common.job.JobRecord;
import dev.pathline.common.job.JobState;
import dev.pathline.common.lifecycle.JobLifecycle;
import dev.pathline.common.port.EventLog;
import dev.pathline.common.port.JobStore;
import dev.pathline.common.wire.ImageFormat;
import dev.pathline.common.wire.JobError;
import dev.pathline.common.wire.JobEvent;
import dev.pathline.common.wire.Preview;
import dev.pathline.worker.Workers.Ask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The worker on a real engine, with in-process adapters. */
class InferenceWorkerTest {

    @RegisterExtension
    final Workers workers = new Workers();

    private InferenceWorker start(String name, Duration drain) {
        WorkerProperties p = Workers.properties();
        return workers.start(name,
                new WorkerProperties(p.device(), p.threads(), p.profile(), p.preload(), p.slots(), p.rows(),
                        p.memory(), p.serve(), p.jobs(), p.ahead(), p.lease(), p.watchdog(), drain),
                UnaryOperator.identity());
    }

    private String submit(String model, int count, int steps, long seed, @Nullable Preview preview) {
        Ask ask = Ask.of(model, count, steps).seed(seed);
        return workers.submit(preview == null ? ask : ask.previewed());
    }

    @Test
    void shouldTellEveryStepWithAPreviewAndStoreTheImages() {
        String id = submit("good", 3, 4, 7, Preview.EVERY_STEP);
        start("w", Duration.ZERO);

        assertThat(workers.events(id)).containsExactly("queued", "started", "step", "step", "step", "step",
                "succeeded");
        JobRecord job = workers.job(id);
        assertThat(job.state()).isEqualTo(JobState.SUCCEEDED);
        assertThat(job.profile()).isEqualTo("f32");
        assertThat(workers.log.newestStep(id).orElseThrow().rowsDone()).isEqualTo(24);
        List<JobEvent.Step> steps = Objects.requireNonNull(workers.log.read(id, 0).map(EventLog.LoggedEvent::event)
                .ofType(JobEvent.Step.class).collectList().block(Workers.PATIENCE));
        assertThat(steps).allSatisfy(step -> assertThat(step.images()).hasSize(3));
        assertThat(steps.get(0).sigma()).isNull();
        assertThat(steps.get(1).sigma()).isEqualTo(3);
        for (int i = 0; i < 3; i++) {
            assertThat(workers.image(id, i, ImageFormat.PNG)).startsWith((byte) 0x89, (byte) 'P', (byte) 'N',
                    (byte) 'G');
            assertThat(workers.image(id, i, ImageFormat.NPY)).hasSize(128 + 4 * 64);
        }
        assertThat(workers.image(id, 0, ImageFormat.NPY)).isNotEqualTo(workers.image(id, 1, ImageFormat.NPY));
    }

    /** The last evaluation is counted as well: a job of one step has no other. */
    @Test
    void shouldCountTheDevicesTimeOfAJobOfOneStep() {
        String id = submit("good", 3, 1, 7, null);
        start("w", Duration.ZERO);
        assertThat(workers.events(id)).endsWith("succeeded");
        assertThat(Objects.requireNonNull(workers.job(id).result()).deviceMs()).isPositive();
    }

    @Test
    void shouldMakeTheSameImagesAgain() {
        String first = submit("good", 2, 5, 7, null);
        String second = submit("good", 2, 5, 7, null);
        String other = submit("good", 2, 5, 8, null);
        start("w", Duration.ZERO);
        List.of(first, second, other).forEach(workers::events);

        assertThat(workers.image(second, 1, ImageFormat.PNG)).isEqualTo(workers.image(first, 1, ImageFormat.PNG));
        assertThat(workers.image(other, 1, ImageFormat.PNG)).isNotEqualTo(workers.image(first, 1, ImageFormat.PNG));
    }

    @Test
    void shouldFailAJobWhoseNetworkIsNotFiniteAndNoOther() {
        String bad = submit("broken", 2, 4, 1, null);
        String good = submit("good", 2, 4, 1, null);
        start("w", Duration.ZERO);

        assertThat(workers.events(bad)).endsWith("failed");
        assertThat(Objects.requireNonNull(workers.job(bad).error()).message()).contains("not finite at step 1 of 4",
                "broken");
        assertThat(workers.events(good)).endsWith("succeeded");
        String again = submit("good", 2, 4, 1, null);
        assertThat(workers.events(again)).endsWith("succeeded");
    }

    @Test
    void shouldFailAJobWhoseCheckpointWasDamaged() throws IOException {
        Path weights = workers.models().resolve("good/1/unet/diffusion_pytorch_model.safetensors");
        byte[] bytes = Files.readAllBytes(weights);
        bytes[bytes.length - 1] ^= 1;
        Files.write(weights, bytes);
        String id = submit("good", 1, 4, 1, null);
        InferenceWorker worker = start("w", Duration.ZERO);

        assertThat(workers.events(id)).endsWith("failed");
        assertThat(Objects.requireNonNull(workers.job(id).error()).message()).contains("SHA-256");
        // The job is acknowledged after its last event; stopping waits for that.
        worker.stop();
        assertThat(workers.store.depth().held()).isZero();
    }

    @Test
    void shouldWaitForARegistryThatIsAway() {
        var registry = new AwayRegistry(workers.registry(Duration.ZERO), 3);
        String id = submit("good", 1, 2, 1, null);
        workers.start("w", registry, Collections.nCopies(3, Duration.ZERO));

        assertThat(workers.events(id)).endsWith("succeeded");
        assertThat(workers.job(id).attempt()).isEqualTo(1);
        assertThat(registry.asked()).isEqualTo(4);
    }

    @Test
    void shouldHandAJobBackAndFailItInTheEndWhenTheRegistryStaysAway() {
        var registry = new AwayRegistry(workers.registry(Duration.ZERO), Integer.MAX_VALUE);
        String id = submit("good", 1, 2, 1, null);
        workers.start("w", registry, Collections.nCopies(2, Duration.ZERO));

        assertThat(workers.events(id)).endsWith("failed");
        JobError error = Objects.requireNonNull(workers.job(id).error());
        assertThat(error.code()).isEqualTo(ErrorCode.REGISTRY_UNAVAILABLE.wire());
        assertThat(error.message()).contains("in 3 attempts", "the bucket is away");
        assertThat(registry.asked()).isEqualTo(JobLifecycle.DEFAULT_MAX_ATTEMPTS * 3);
    }

    @Test
    void shouldGiveAJobBackThatWaitsForTheRegistryWhenItStops() throws InterruptedException {
        var registry = new AwayRegistry(workers.registry(Duration.ZERO), Integer.MAX_VALUE);
        String id = submit("good", 1, 2, 1, null);
        InferenceWorker worker = workers.start("w", registry, List.of(Duration.ofDays(1)));
        registry.awaitFirst();
        worker.stop();

        assertThat(workers.job(id).state()).isEqualTo(JobState.QUEUED);
        assertThat(workers.store.depth()).extracting(JobStore.Depth::waiting, JobStore.Depth::held)
                .containsExactly(1, 0);
        start("other", Duration.ZERO);
        assertThat(workers.events(id)).endsWith("succeeded");
    }

    @Test
    void shouldRunAJobWhoseModelAnotherProcessHasJustRegistered() {
        var registry = workers.registry(Duration.ofDays(1));
        assertThat(registry.list()).hasSize(4);
        TinyModels.write(workers.models(), "new");
        String id = submit("new", 1, 2, 1, null);
        workers.start("w", registry, List.of());

        assertThat(workers.events(id)).endsWith("succeeded");
    }

    @Test
    void shouldStopACancelledJobAndGoOn() {
        start("w", Duration.ZERO);
        String endless = submit("good", 64, 1000, 1, Preview.EVERY_STEP);
        workers.firstStep(endless);

        workers.cancel(endless);

        assertThat(workers.events(endless)).endsWith("cancelled");
        // Its 64 places are all there are: this one can only enter once they are free.
        assertThat(workers.events(submit("good", 64, 2, 1, null))).endsWith("succeeded");
        assertThat(workers.job(endless).state()).isEqualTo(JobState.CANCELLED);
    }

    @Test
    void shouldGiveBackWhatItCannotFinishAndAnotherWorkerMakesTheSameImages() {
        String quiet = submit("good", 2, 400, 7, null);
        InferenceWorker first = start("first", Duration.ofMinutes(1));
        workers.events(quiet);
        String moved = submit("good", 2, 400, 7, Preview.EVERY_STEP);
        workers.firstStep(moved);
        first.stop();
        assertThat(workers.job(moved).state()).as("%s", workers.job(moved).error()).isEqualTo(JobState.SUCCEEDED);

        String interrupted = submit("good", 2, 1000, 9, Preview.EVERY_STEP);
        InferenceWorker second = start("second", Duration.ZERO);
        workers.firstStep(interrupted);
        second.stop();
        assertThat(workers.job(interrupted).state()).isEqualTo(JobState.QUEUED);
        assertThat(workers.store.depth().waiting()).as("%s", workers.store.depth()).isEqualTo(1);
        assertThat(workers.liveness.live()).isEmpty();

        start("third", Duration.ZERO);
        assertThat(workers.events(interrupted)).endsWith("succeeded").containsOnlyOnce("succeeded");
        assertThat(workers.job(interrupted).attempt()).isEqualTo(2);
        assertThat(workers.job(interrupted).worker()).isEqualTo("third");
        assertThat(workers.image(moved, 0, ImageFormat.NPY)).isEqualTo(workers.image(quiet, 0, ImageFormat.NPY));
    }

    @Test
    void shouldSayThatItLives() {
        start("w", Duration.ZERO);

        assertThat(workers.events(submit("good", 1, 2, 1, null))).endsWith("succeeded");
        assertThat(workers.liveness.live()).singleElement().satisfies(s -> assertThat(s.worker()).isEqualTo("w"));
    }
}
