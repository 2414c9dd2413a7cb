package dev.pathline.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathline.common.job.JobState;
import dev.pathline.common.port.EventLog;
import dev.pathline.common.wire.ImageFormat;
import dev.pathline.common.wire.JobEvent;
import dev.pathline.common.wire.JobTerms;
import dev.pathline.common.wire.Precision;
import dev.pathline.common.wire.Priority;
import dev.pathline.worker.Workers.Ask;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import dev.pathline.engine.script.NumericProfile;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who runs when, and with whom. */
final class SchedulingTest {

    @RegisterExtension
    final Workers workers = new Workers();

    private void start(int slots, int rows, long memory) {
        workers.start("w", Workers.properties(slots, rows, memory, Duration.ofMinutes(2)), UnaryOperator.identity());
    }

    private static JobTerms terms(Priority priority) {
        return new JobTerms(priority, null, null, Precision.AUTO, false);
    }

    @Test
    void shouldLetALargeRequestInByParts() {
        start(8, 0, 0);
        String large = workers.submit(Ask.of("good", 40, 3).previewed());
        assertThat(workers.events(large)).endsWith("succeeded");

        List<JobEvent.Step> steps = Objects.requireNonNull(workers.log.read(large, 0)
                .map(EventLog.LoggedEvent::event).ofType(JobEvent.Step.class).collectList().block(Workers.PATIENCE));
        assertThat(steps.stream().flatMap(step -> step.images().stream()).map(image -> image.index()).distinct())
                .hasSize(40);
        assertThat(steps).hasSizeGreaterThan(3 * 5);
        assertThat(workers.log.newestStep(large).orElseThrow().rowsDone()).isEqualTo(240);

        String few = workers.submit(Ask.of("good", 2, 3));
        workers.events(few);
        assertThat(workers.image(large, 1, ImageFormat.PNG)).isEqualTo(workers.image(few, 1, ImageFormat.PNG));
    }

    @Test
    void shouldLetTheUrgentPassWhatFillsTheLane() {
        start(16, 4, 0);
        String batch = workers.submit(Ask.of("good", 64, 1000).with(terms(Priority.BATCH)).previewed());
        workers.firstStep(batch);
        String urgent = workers.submit(Ask.of("good", 2, 5).with(terms(Priority.INTERACTIVE)));

        assertThat(workers.events(urgent)).endsWith("succeeded");
        assertThat(workers.job(batch).state()).isEqualTo(JobState.RUNNING);
    }

    /** One step and fifty of one flow map are in one evaluation, whatever their solvers. */
    @Test
    void shouldEvaluateOneStepTogetherWithFifty() {
        TinyModels.writeMap(workers.models(), "jumps");
        List<Integer> rows = new CopyOnWriteArrayList<>();
        workers.start("w", Workers.properties(), real -> (results, state, batch, prepared) -> {
            rows.add(batch.rows());
            if (!rows.contains(11)) {
                // The fifty steps are in no hurry until the one step has joined them.
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
            }
            return real.tick(results, state, batch, prepared);
        });
        String fifty = workers
                .submit(new Ask("jumps", 2, "dpm-solver++-2m", 50, 1, 7, JobTerms.DEFAULT, null).previewed());
        workers.firstStep(fifty);
        String one = workers.submit(new Ask("jumps", 9, "mean-flow", 1, 1, 7, JobTerms.DEFAULT, null));

        assertThat(workers.events(one)).endsWith("succeeded");
        assertThat(workers.events(fifty)).endsWith("succeeded");
        assertThat(rows).as("both, then what is left of fifty steps").containsSubsequence(2, 11, 2, 2)
                .doesNotContain(9);
        assertThat(rows.stream().filter(count -> count == 11 || count == 2)).hasSizeGreaterThanOrEqualTo(50);
    }

    @Test
    void shouldShareTheDeviceBetweenModels() {
        start(16, 0, 0);
        String first = workers.submit(Ask.of("good", 16, 1000).previewed());
        workers.firstStep(first);
        String second = workers.submit(Ask.of("other", 2, 5));

        assertThat(workers.events(second)).endsWith("succeeded");
        assertThat(workers.job(first).state()).isEqualTo(JobState.RUNNING);
    }

    @Test
    void shouldMakeRoomForAModelWhenAnotherIsIdle() {
        start(16, 4, TinyModels.bytes(16, 4) * 3 / 2);
        var jobs = new ArrayList<String>();
        for (int i = 0; i < 6; i++) {
            jobs.add(workers.submit(Ask.of(i % 2 == 0 ? "good" : "other", 2, 20)));
        }
        jobs.forEach(job -> assertThat(workers.events(job)).endsWith("succeeded"));
    }

    @Test
    void shouldSayWhichModelIsTooLarge() {
        start(16, 4, 10_000);
        String job = workers.submit(Ask.of("good", 1, 2));

        assertThat(workers.events(job)).endsWith("failed");
        assertThat(Objects.requireNonNull(workers.job(job).error()).message()).contains("good@1",
                "pathline.worker.memory");
    }

    @Test
    void shouldEndAJobAtItsDeadlineAndFreeItsPlaces() {
        start(16, 4, 0);
        String endless = workers.submit(Ask.of("good", 64, 1000)
                .with(new JobTerms(Priority.NORMAL, 1500L, null, Precision.AUTO, false)).previewed());

        assertThat(workers.events(endless)).contains("started").endsWith("expired");
        assertThat(workers.events(workers.submit(Ask.of("good", 2, 2)))).endsWith("succeeded");
        assertThat(workers.store.depth().waiting()).isZero();
    }

    @Test
    void shouldComputeInThePrecisionThatIsAskedFor() {
        start(16, 0, 0);
        String half = workers.submit(Ask.of("good", 1, 2)
                .with(new JobTerms(Priority.NORMAL, null, null, Precision.BFLOAT16, false)));
        String none = workers.submit(Ask.of("good", 1, 2)
                .with(new JobTerms(Priority.NORMAL, null, null, Precision.FLOAT16, false)));

        // Processors without the instructions do not compute in it, and say so.
        if (NumericProfile.candidates(false).stream().anyMatch(profile -> profile.name().startsWith("bf16"))) {
            assertThat(workers.events(half)).endsWith("succeeded");
            assertThat(workers.job(half).profile()).startsWith("bf16");
        } else {
            assertThat(workers.events(half)).endsWith("failed");
            assertThat(Objects.requireNonNull(workers.job(half).error()).message()).contains("bfloat16", "cpu");
        }
        assertThat(workers.events(none)).endsWith("failed");
        assertThat(Objects.requireNonNull(workers.job(none).error()).message()).contains("float16", "cpu");
    }

    @Test
    void shouldGiveStrictRequestsTheSameBitsAloneAndInCompany() {
        var strict = new JobTerms(Priority.NORMAL, null, null, Precision.AUTO, true);
        List<Ask> asks = List.of(Ask.of("good", 1, 6).with(strict), Ask.of("good", 3, 4).with(strict).unguided(),
                Ask.of("good", 2, 9).with(strict).seed(3));
        start(64, 0, 0);
        var alone = new ArrayList<String>();
        for (Ask ask : asks) {
            alone.add(workers.submit(ask));
            assertThat(workers.events(alone.getLast())).endsWith("succeeded");
        }
        var crowd = new ArrayList<String>();
        for (int i = 0; i < 12; i++) {
            crowd.add(workers.submit(Ask.of("good", 1 + i % 5, 3 + i).seed(i)));
        }
        List<String> together = asks.stream().map(workers::submit).toList();
        crowd.forEach(workers::events);

        for (int i = 0; i < asks.size(); i++) {
            assertThat(workers.events(together.get(i))).endsWith("succeeded");
            for (int k = 0; k < asks.get(i).count(); k++) {
                assertThat(workers.image(together.get(i), k, ImageFormat.NPY))
                        .isEqualTo(workers.image(alone.get(i), k, ImageFormat.NPY));
            }
        }
    }
}
