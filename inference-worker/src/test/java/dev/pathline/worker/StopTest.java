package dev.pathline.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pathline.common.job.JobState;
import dev.pathline.common.lifecycle.StopClock;
import dev.pathline.common.port.BlobStore;
import dev.pathline.common.testing.Between;
import dev.pathline.worker.Workers.Ask;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A worker that is told to stop comes to an end, whatever does not. */
final class StopTest {

    @RegisterExtension
    final Workers workers = new Workers();

    private final CountDownLatch never = new CountDownLatch(1);

    private static WorkerProperties draining(Duration drain) {
        WorkerProperties p = Workers.properties();
        return new WorkerProperties(p.device(), p.threads(), p.profile(), p.preload(), p.slots(), p.rows(), p.memory(),
                p.serve(), p.jobs(), p.ahead(),
                p.lease(), p.watchdog(), drain);
    }

    @ParameterizedTest
    @ValueSource(strings = {"evaluation", "loading", "store"})
    void shouldStopWhileSomethingDoesNotReturn(String what) throws InterruptedException {
        var reached = new CountDownLatch(1);
        BlobStore blobs = Between.port(BlobStore.class, workers.blobs, (method, _) -> {
            if (what.equals("store") && method.equals("put")) {
                reached.countDown();
                awaitUninterrupted();
            }
        });
        WorkerPorts p = workers.ports();
        InferenceWorker worker = workers.start(draining(Duration.ofHours(1)), real -> new FaultyWork(real,
                program -> (results, state, batch, prepared) -> {
                    if (what.equals("evaluation")) {
                        reached.countDown();
                        awaitUninterrupted();
                    }
                    return program.tick(results, state, batch, prepared);
                }, (_, _) -> {
                    if (what.equals("loading")) {
                        reached.countDown();
                        awaitUninterrupted();
                    }
                }, _ -> {
                }), new WorkerPorts(p.signals(), p.store(), blobs, p.models(), p.liveness(), p.lifecycle(), p.clock()),
                new StopClock(StopClock.SHORTEST));
        String job = workers.submit(Ask.of("good", 1, 2));
        reached.await();

        // What it waits for does not come before it has stopped.
        worker.stop();
        assertThat(workers.liveness.live()).isEmpty();
        assertThat(workers.job(job).state()).isEqualTo(JobState.QUEUED);
        assertThat(workers.store.depth().waiting()).isOne();
        never.countDown();
    }

    /** As a native call does. */
    private void awaitUninterrupted() {
        boolean interrupted = false;
        while (true) {
            try {
                never.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void shouldDrainNoLongerThanTheProcessHas() {
        InferenceWorker worker = workers.start(draining(Duration.ofHours(1)), UnaryOperator.identity(),
                workers.ports(), new StopClock(StopClock.SHORTEST));
        String endless = workers.submit(Ask.of("good", 64, 1000).unguided());
        workers.firstStep(endless);
        worker.stop();

        assertThat(workers.job(endless).state()).isEqualTo(JobState.QUEUED);
        assertThat(workers.store.depth().held()).isZero();
    }

    @Test
    void shouldStopBesideOthersOfItsPhase() {
        var ends = new CountDownLatch(1);
        var stopped = new AtomicInteger();
        InferenceWorker worker = workers.start(draining(Duration.ofHours(1)), real -> new FaultyWork(real,
                program -> (results, state, batch, prepared) -> {
                    try {
                        ends.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    return program.tick(results, state, batch, prepared);
                }));
        String job = workers.submit(Ask.of("good", 1, 2));
        await().atMost(Workers.PATIENCE).until(() -> workers.job(job).state() == JobState.RUNNING);
        worker.stop(stopped::incrementAndGet);
        // It has returned, and drains.
        assertThat(stopped).hasValue(0);
        ends.countDown();
        await().atMost(Workers.PATIENCE).until(() -> stopped.get() == 1);
        assertThat(workers.job(job).state()).isEqualTo(JobState.SUCCEEDED);
    }
}
