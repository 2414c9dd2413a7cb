package dev.pathline.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pathline.common.wire.ImageFormat;
import dev.pathline.engine.script.TickProgram;
import dev.pathline.worker.Workers.Ask;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a device does that fails, and what that does to the jobs on it and to the next ones. */
final class FaultsTest {

    @RegisterExtension
    final Workers workers = new Workers();

    private static UnaryOperator<TickProgram> memoryFor(int rows) {
        return real -> new FaultyProgram(real, rows, new AtomicInteger(), null);
    }

    @Test
    void shouldSplitAnEvaluationThatDoesNotFitIntoMemory() {
        List<String> jobs = List.of(workers.submit(Ask.of("good", 6, 4)), workers.submit(Ask.of("good", 5, 3)));
        workers.start("w", Workers.properties(), memoryFor(5));

        jobs.forEach(job -> assertThat(workers.events(job)).endsWith("succeeded"));
        assertThat(workers.meters.get(WorkerMeter.MEMORY_SPLITS.meter()).counter().count()).isPositive();
        assertThat(workers.meters.get(WorkerMeter.ROWS.meter()).summary().max()).isLessThanOrEqualTo(5);

        String later = workers.submit(Ask.of("good", 6, 4));
        workers.events(later);
        assertThat(workers.image(later, 3, ImageFormat.PNG))
                .isEqualTo(workers.image(jobs.getFirst(), 3, ImageFormat.PNG));
    }

    @Test
    void shouldFailOnlyAJobThatDoesNotFitAlone() {
        String guided = workers.submit(Ask.of("good", 2, 4));
        String plain = workers.submit(Ask.of("good", 3, 4).unguided());
        workers.start("w", Workers.properties(), memoryFor(1));

        assertThat(workers.events(guided)).endsWith("failed");
        assertThat(Objects.requireNonNull(workers.job(guided).error()).code()).isEqualTo("out_of_memory");
        assertThat(Objects.requireNonNull(workers.job(guided).error()).message()).contains("good@1", "2 row(s)");
        assertThat(workers.events(plain)).endsWith("succeeded");
        assertThat(workers.events(workers.submit(Ask.of("good", 1, 2).unguided()))).endsWith("succeeded");
    }

    @Test
    void shouldFailWhatWasInAFailedEvaluationAndNoLaterJob() {
        var errors = new AtomicInteger(1);
        workers.start("w", Workers.properties(), real -> new FaultyProgram(real, 1000, errors, null));
        String hit = workers.submit(Ask.of("good", 2, 4));

        assertThat(workers.events(hit)).endsWith("failed");
        assertThat(Objects.requireNonNull(workers.job(hit).error()).message()).contains("injected: the library failed");
        assertThat(workers.events(workers.submit(Ask.of("good", 2, 4)))).endsWith("succeeded");
    }

    @Test
    void shouldNotBeReadyWhileAnEvaluationHangs() {
        var hangs = new CountDownLatch(1);
        workers.start("w", Workers.properties(64, 0, 0, Duration.ofMillis(300)),
                real -> new FaultyProgram(real, 1000, new AtomicInteger(), hangs));
        String stuck = workers.submit(Ask.of("good", 1, 2));

        await().atMost(Workers.PATIENCE).until(() -> workers.liveness.live().isEmpty());
        assertThat(workers.meters.get(WorkerMeter.HUNG.meter()).gauge().value()).isEqualTo(1);

        hangs.countDown();
        await().atMost(Workers.PATIENCE).until(() -> !workers.liveness.live().isEmpty());
        assertThat(workers.meters.get(WorkerMeter.HUNG.meter()).gauge().value()).isZero();
        assertThat(workers.events(workers.submit(Ask.of("good", 1, 2)))).endsWith("succeeded");
        assertThat(workers.events(stuck)).endsWith("succeeded");
    }
}
