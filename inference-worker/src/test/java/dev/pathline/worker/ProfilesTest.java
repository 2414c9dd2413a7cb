package dev.pathline.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathline.common.job.JobCommand;
import dev.pathline.common.job.JobRecord;
import dev.pathline.common.job.JobState;
import dev.pathline.common.port.JobStore.Claim;
import dev.pathline.common.port.ServedModels;
import dev.pathline.common.port.WorkerLiveness.WorkerStatus;
import dev.pathline.common.wire.ImageFormat;
import dev.pathline.common.wire.JobError;
import dev.pathline.common.wire.JobTerms;
import dev.pathline.common.wire.Precision;
import dev.pathline.common.wire.Priority;
import dev.pathline.engine.script.NumericProfile;
import dev.pathline.engine.script.ProcessorFeatures;
import dev.pathline.worker.Workers.Ask;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** In which numeric profile jobs are computed, and that it is the same at every start. */
final class ProfilesTest {

    @RegisterExtension
    final Workers workers = new Workers();

    private InferenceWorker start(String profile, List<String> preload) {
        WorkerProperties p = Workers.properties();
        return workers.start("w", new WorkerProperties(p.device(), p.threads(), profile, preload, p.slots(), p.rows(),
                p.memory(), p.serve(), p.jobs(), p.ahead(), p.lease(), p.watchdog(), p.drain()),
                UnaryOperator.identity());
    }

    private static JobTerms terms(Precision precision, boolean strict, @Nullable String profile) {
        return new JobTerms(Priority.NORMAL, null, null, precision, strict, profile);
    }

    private JobRecord run(JobTerms terms) {
        String id = workers.submit(Ask.of("good", 1, 2).with(terms));
        workers.events(id);
        return workers.job(id);
    }

    private JobError refusal(JobTerms terms) {
        JobRecord job = run(terms);
        assertThat(job.state()).isEqualTo(JobState.FAILED);
        return Objects.requireNonNull(job.error());
    }

    @ParameterizedTest
    @ValueSource(strings = {"f32", "f32-cl", "f32-packed"})
    void shouldComputeInTheProfileThatIsAskedForAndSayItInTheFile(String profile) {
        start("auto", List.of());
        JobRecord job = run(terms(Precision.AUTO, false, profile));

        assertThat(job.state()).isEqualTo(JobState.SUCCEEDED);
        assertThat(job.profile()).isEqualTo(profile);
        assertThat(new String(workers.image(job.id(), 0, ImageFormat.PNG), StandardCharsets.ISO_8859_1)).contains(
                "tEXtmodel\0good@1", "tEXtseed\0" + 7, "tEXtindex\0" + 0, "tEXtsolver\0euler",
                "tEXtprofile\0" + profile);
    }

    @Test
    void shouldSayWhichProfilesThereAre() {
        start("f32", List.of());

        for (String profile : List.of("bf17", "f16", "f64", "module")) {
            JobError error = refusal(terms(Precision.AUTO, false, profile));
            assertThat(error.code()).isEqualTo("unprocessable");
            assertThat(error.message()).contains("profile " + profile, "f32, f32-cl, f32-packed");
        }
        assertThat(refusal(terms(Precision.FLOAT16, false, null)).message()).contains("precision float16");
    }

    @Test
    void shouldLetTheRequestGoAboveTheSettings() {
        start("f32-cl", List.of());

        assertThat(run(JobTerms.DEFAULT).profile()).isEqualTo("f32-cl");
        assertThat(run(terms(Precision.FLOAT32, false, null)).profile()).isEqualTo("f32-cl");
        assertThat(run(terms(Precision.AUTO, true, "f32")).profile()).isEqualTo("f32");
        if (ProcessorFeatures.here().hasBfloat16()) {
            assertThat(run(terms(Precision.BFLOAT16, false, null)).profile()).isEqualTo("bf16-packed");
        }
    }

    /** An attempt that another worker began in a profile that this one does not have. */
    @Test
    void shouldComputeAStrictJobInNoOtherProfileThanItWasBegunIn() {
        String strict = workers.submit(Ask.of("good", 1, 2).with(terms(Precision.AUTO, true, null)));
        String other = workers.submit(Ask.of("good", 1, 2));
        List<Claim> claims = Stream.of(strict, other)
                .map(job -> workers.store.claim("gone", ServedModels.ALL, Workers.PATIENCE).orElseThrow().claim())
                .toList();
        for (Claim claim : claims) {
            assertThat(workers.lifecycle.begin(claim, "elsewhere")).isPresent();
            workers.lifecycle.apply(claim.jobId(), new JobCommand.Requeue(claim.attempt()));
            workers.store.release(claim);
        }
        start("f32", List.of());

        assertThat(workers.events(strict)).endsWith("failed");
        assertThat(Objects.requireNonNull(workers.job(strict).error()).message()).contains("profile elsewhere");
        assertThat(workers.job(strict).profile()).isEqualTo("elsewhere");
        assertThat(workers.events(other)).endsWith("succeeded");
        assertThat(workers.job(other).profile()).isEqualTo("f32");
    }

    @Test
    void shouldBeReadyWhenItsModelsAreLoaded() throws Exception {
        InferenceWorker worker = start("auto", List.of("good", "missing", "broken@1"));
        worker.whenReady().get(Workers.PATIENCE.toSeconds(), TimeUnit.SECONDS);

        String id = workers.submit(Ask.of("good", 1, 1));
        workers.events(id);
        WorkerStatus status = workers.liveness.live().getFirst();
        assertThat(status.ready()).isTrue();
        assertThat(status.doing()).isNull();
        assertThat(status.models()).extracting("model").contains("good@1", "broken@1");
        assertThat(status.models()).filteredOn(model -> model.model().equals("good@1")).singleElement()
                .satisfies(model -> {
                    assertThat(model.profile()).isEqualTo(workers.job(id).profile());
                    assertThat(model.origin()).isEqualTo("rule");
                    assertThat(model.reason()).isNotEmpty();
                    assertThat(model.choices().keySet()).contains(NumericProfile.FLOAT32.name());
                });
    }

    /** Loading is a moment in which a clock could decide: with a neighbour it would decide otherwise from time to time. */
    @Test
    void shouldGiveOneImageInFiveStartsBesideABusyNeighbour() {
        var busy = new AtomicBoolean(true);
        List<Thread> neighbours = List.of(spinning(busy), spinning(busy));
        var images = new ArrayList<byte[]>();
        var profiles = new ArrayList<String>();
        try {
            for (int i = 0; i < 5; i++) {
                start("auto", List.of("good"));
                String id = workers.submit(Ask.of("good", 2, 3));
                assertThat(workers.events(id)).endsWith("succeeded");
                images.add(workers.image(id, 1, ImageFormat.PNG));
                profiles.add(Objects.requireNonNull(workers.job(id).profile()));
                workers.stop();
            }
        } finally {
            busy.set(false);
            neighbours.forEach(ProfilesTest::join);
        }

        assertThat(profiles).containsOnly(profiles.getFirst());
        assertThat(images).allSatisfy(image -> assertThat(image).isEqualTo(images.getFirst()));
    }

    private static Thread spinning(AtomicBoolean busy) {
        return Thread.ofPlatform().daemon(true).start(() -> {
            while (busy.get()) {
                Thread.onSpinWait();
            }
        });
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
