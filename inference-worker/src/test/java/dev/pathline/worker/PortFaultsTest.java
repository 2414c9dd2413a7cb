package dev.pathline.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pathline.common.error.ErrorCode;
import dev.pathline.common.job.JobState;
import dev.pathline.common.lifecycle.JobLifecycle;
import dev.pathline.common.lifecycle.StopClock;
import dev.pathline.common.port.BlobStore;
import dev.pathline.common.port.EventLog;
import dev.pathline.common.port.JobStore;
import dev.pathline.common.port.WorkerLiveness;
import dev.pathline.common.testing.Between;
import dev.pathline.common.wire.ImageFormat;
import dev.pathline.worker.Workers.Ask;
import java.time.Duration;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever is away for a moment, at whichever call: every job ends once, and the worker goes on. */
class PortFaultsTest {

    @RegisterExtension
    final Workers workers = new Workers();

    private void start(String fault, int first, int last, boolean answer) {
        var outage = new Between.Outage(fault, first, last, answer);
        JobStore store = outage.of(JobStore.class, workers.store);
        EventLog log = outage.of(EventLog.class, workers.log);
        WorkerPorts real = workers.ports();
        workers.start(Workers.properties(), UnaryOperator.identity(), new WorkerPorts(
                workers.signals, store, outage.of(BlobStore.class, workers.blobs), real.models(),
                outage.of(WorkerLiveness.class, workers.liveness), new JobLifecycle(store, log, workers.clock),
                workers.clock), new StopClock(Duration.ofMinutes(2)));
    }

    private void awaitEnd(String job) {
        await().atMost(Workers.PATIENCE).until(() -> workers.job(job).state().terminal());
    }

    /** A call that does not happen, and, of what changes something, one that does and whose answer is lost. */
    static Stream<Arguments> outages() {
        return Stream.concat(
                calls(Map.of("find", 4, "compareAndSet", 3, "claim", 2, "keep", 1, "append", 4, "report", 2, "put", 2),
                        false),
                calls(Map.of("compareAndSet", 3, "claim", 2, "append", 2, "put", 2), true));
    }

    private static Stream<Arguments> calls(Map<String, Integer> most, boolean answer) {
        return most.entrySet().stream().flatMap(method -> IntStream.rangeClosed(1, method.getValue())
                .mapToObj(call -> Arguments.of(method.getKey(), call, answer)));
    }

    @ParameterizedTest
    @MethodSource("outages")
    void shouldEndEveryJobWhateverIsAway(String fault, int call, boolean answer) {
        start(fault, call, call, answer);
        String first = workers.submit(Ask.of("good", 1, 3).previewed());
        awaitEnd(first);
        String second = workers.submit(Ask.of("good", 1, 3).previewed());
        awaitEnd(second);

        assertThat(workers.job(first).state()).as("%s", workers.job(first).error()).isEqualTo(JobState.SUCCEEDED);
        assertThat(workers.job(second).state()).isEqualTo(JobState.SUCCEEDED);
        workers.store.find(first).ifPresent(workers.lifecycle::repair);
        workers.store.find(second).ifPresent(workers.lifecycle::repair);
        assertThat(workers.events(first)).endsWith("succeeded").containsOnlyOnce("succeeded");
        assertThat(workers.events(second)).endsWith("succeeded").containsOnlyOnce("succeeded");
        await().atMost(Workers.PATIENCE).until(() -> workers.store.depth().held() == 0);
        await().atMost(Workers.PATIENCE).until(() -> workers.liveness.live().size() == 1);
    }

    @ParameterizedTest
    @CsvSource({"put, 1", "put, 2", "compareAndSet, 2"})
    void shouldNotComputeAnewWhatCouldNotBeStoredForAWhile(String fault, int call) {
        start(fault, call, call + 3, false);
        String hit = workers.submit(Ask.of("good", 1, 3));
        awaitEnd(hit);
        assertThat(workers.job(hit).state()).isEqualTo(JobState.SUCCEEDED);
        assertThat(workers.job(hit).attempt()).isOne();
        assertThat(workers.image(hit, 0, ImageFormat.NPY)).isNotEmpty();
    }

    @Test
    void shouldSayWhichImagesCannotBeStored() {
        WorkerPorts real = workers.ports();
        BlobStore full = Between.port(BlobStore.class, workers.blobs, (method, _) -> {
            if (method.equals("put")) {
                throw new IllegalStateException("no such bucket");
            }
        });
        workers.start(Workers.properties(), UnaryOperator.identity(),
                new WorkerPorts(real.signals(), real.store(), full,
                        real.models(), real.liveness(), real.lifecycle(), real.clock()),
                new StopClock(Duration.ofMinutes(2)));
        String hit = workers.submit(Ask.of("good", 1, 3));
        assertThat(workers.events(hit)).endsWith("failed");
        assertThat(workers.job(hit).error()).satisfies(error -> {
            assertThat(error.code()).isEqualTo(ErrorCode.INTERNAL.wire());
            assertThat(error.message()).contains("no such bucket");
        });
    }

    @Test
    void shouldStopWhateverIsAway() {
        for (String fault : new String[]{"release", "leave"}) {
            start(fault, 1, 1, false);
            String endless = workers.submit(Ask.of("good", 64, 1000).unguided());
            workers.firstStep(endless);
            workers.stop();
            assertThat(workers.job(endless).state().terminal()).as(fault).isFalse();
            workers.cancel(endless);
        }
    }
}
