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
import dev.pathline.common.port.PortUnavailableException;
import dev.pathline.common.port.WorkerLiveness;
import dev.pathline.worker.Workers.Ask;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever is away for a moment, at whichever call: every job ends once, and the worker goes on. */
class PortFaultsTest {

    @RegisterExtension
    final Workers workers = new Workers();

    /** What is away: a method of a port, its n-th call. */
    private final Map<String, AtomicInteger> calls = new ConcurrentHashMap<>();

    private void start(String fault, int call) {
        Between.Hook hook = (method, _) -> {
            int count = calls.computeIfAbsent(method, _ -> new AtomicInteger()).incrementAndGet();
            if (method.equals(fault) && count == call) {
                throw new PortUnavailableException("injected", new IOException("refused"));
            }
        };
        JobStore store = Between.port(JobStore.class, workers.store, hook);
        EventLog log = Between.port(EventLog.class, workers.log, hook);
        WorkerPorts real = workers.ports();
        workers.start(Workers.properties(), UnaryOperator.identity(), new WorkerPorts(
                workers.signals, store,
                Between.port(BlobStore.class, workers.blobs, hook), real.models(),
                Between.port(WorkerLiveness.class, workers.liveness, hook), new JobLifecycle(store, log, workers.clock),
                workers.clock), new StopClock(Duration.ofMinutes(2)));
    }

    private void awaitEnd(String job) {
        await().atMost(Workers.PATIENCE).until(() -> workers.job(job).state().terminal());
    }

    @ParameterizedTest
    @CsvSource({"find, 1", "find, 2", "find, 3", "find, 4", "compareAndSet, 1", "compareAndSet, 2", "claim, 1",
        "claim, 2", "keep, 1", "append, 1", "append, 2", "append, 3",
        "append, 4", "report, 1", "report, 2"})
    void shouldEndEveryJobWhateverIsAway(String fault, int call) {
        start(fault, call);
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
        assertThat(workers.liveness.live()).hasSize(1);
    }

    @Test
    void shouldSayWhichImagesCouldNotBeStored() {
        start("put", 1);
        String hit = workers.submit(Ask.of("good", 1, 3));
        assertThat(workers.events(hit)).endsWith("failed");
        assertThat(workers.job(hit).error()).satisfies(
                error -> assertThat(error.code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE.wire()));
        assertThat(workers.events(workers.submit(Ask.of("good", 1, 3)))).endsWith("succeeded");
    }

    @Test
    void shouldStopWhateverIsAway() {
        for (String fault : new String[]{"release", "leave"}) {
            calls.clear();
            start(fault, 1);
            String endless = workers.submit(Ask.of("good", 64, 1000).unguided());
            workers.firstStep(endless);
            workers.stop();
            assertThat(workers.job(endless).state().terminal()).as(fault).isFalse();
            workers.cancel(endless);
        }
    }
}
