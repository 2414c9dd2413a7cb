package dev.pathline.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pathline.common.error.ErrorCode;
import dev.pathline.common.job.JobCommand;
import dev.pathline.common.job.JobState;
import dev.pathline.common.lifecycle.JobLifecycle;
import dev.pathline.common.lifecycle.StopClock;
import dev.pathline.common.port.BlobStore;
import dev.pathline.common.port.JobStore.Claim;
import dev.pathline.common.port.PortUnavailableException;
import dev.pathline.common.port.JobStore;
import dev.pathline.common.port.ModelRegistry;
import dev.pathline.common.port.ServedModels;
import dev.pathline.common.testing.Between;
import dev.pathline.engine.torch.DeviceMemoryException;
import dev.pathline.worker.Workers.Ask;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.availability.LivenessState;

/** What the worker does when the unexpected is thrown, in every part of a job's way through it, and what others see of that. */
final class LoopTest {

    @RegisterExtension
    final Workers workers = new Workers();

    private final AtomicInteger faults = new AtomicInteger();

    /** Long leases: what is to be done at once must not wait for a heartbeat. */
    private static WorkerProperties patient() {
        WorkerProperties p = Workers.properties();
        return new WorkerProperties(p.device(), p.threads(), p.profile(), p.preload(), p.slots(), p.rows(), p.memory(),
                p.serve(), p.jobs(), p.ahead(),
                Duration.ofHours(1), p.watchdog(), p.drain());
    }

    private WorkerPorts ports(JobStore store, BlobStore blobs, Clock clock) {
        return new WorkerPorts(workers.signals, store, blobs, workers.ports().models(), workers.liveness,
                new JobLifecycle(store, workers.log, clock), clock);
    }

    private void start(WorkerPorts ports) {
        workers.start(Workers.properties(), UnaryOperator.identity(), ports, new StopClock(Duration.ofMinutes(2)));
    }

    private void assertThatItGoesOn() {
        assertThat(workers.events(workers.submit(Ask.of("good", 2, 3)))).endsWith("succeeded");
        assertThat(workers.liveness.live()).hasSize(1);
        assertThat(workers.probe()).isEqualTo(LivenessState.CORRECT);
        await().atMost(Workers.PATIENCE).until(() -> workers.store.depth().held() == 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"exception", "error", "device", "heap"})
    void shouldFailTheJobsOfATickThatThrowsByItsKind(String kind) {
        faults.set(1);
        workers.start("w", Workers.properties(),
                real -> new FaultyProgram(real, 1000, faults, null, () -> switch (kind) {
                    case "exception" -> new IllegalStateException("injected");
                    case "error" -> new AssertionError("injected");
                    case "device" -> new IllegalStateException("injected",
                            new DeviceMemoryException("x", new IllegalStateException()));
                    default -> new OutOfMemoryError("injected");
                }));
        String hit = workers.submit(Ask.of("good", 2, 4));

        assertThat(workers.events(hit)).endsWith("failed");
        var error = Objects.requireNonNull(workers.job(hit).error());
        assertThat(error.code()).isEqualTo((kind.equals("device") || kind.equals("heap")
                ? ErrorCode.OUT_OF_MEMORY
                : ErrorCode.GENERATION_FAILED).wire());
        assertThat(error.message()).contains("An evaluation of good@1", "injected");
        assertThatItGoesOn();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldFailAJobWhoseAdmissionThrows(boolean error) {
        faults.set(1);
        start(ports(workers.store, workers.blobs, failing(Admission.class, () -> {
            if (faults.getAndDecrement() > 0) {
                FaultyWork.raise(error ? new AssertionError("injected") : new IllegalStateException("injected"));
            }
        })));
        String odd = workers.submit(Ask.of("good", 1, 2));

        assertThat(workers.events(odd)).endsWith("failed");
        assertThat(Objects.requireNonNull(workers.job(odd).error()).message()).contains("good@1", "injected");
        assertThatItGoesOn();
    }

    /** A clock that does something first whenever a class asks for the time. */
    private Clock failing(Class<?> asking, Runnable first) {
        return new Clock() {

            @Override
            public Instant instant() {
                if (StackWalker.getInstance().walk(frames -> frames.skip(1).findFirst().orElseThrow())
                        .getClassName().equals(asking.getName())) {
                    first.run();
                }
                return workers.clock.instant();
            }

            @Override
            public ZoneId getZone() {
                return workers.clock.getZone();
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }
        };
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldFailAJobWhoseImagesCannotBeStored(boolean error) {
        faults.set(1);
        BlobStore blobs = Between.port(BlobStore.class, workers.blobs, (method, _) -> {
            if (method.equals("put") && faults.getAndDecrement() > 0) {
                throw error ? new OutOfMemoryError("injected") : new IllegalStateException("injected");
            }
        });
        start(ports(workers.store, blobs, workers.clock));
        String hit = workers.submit(Ask.of("good", 1, 2));

        assertThat(workers.events(hit)).endsWith("failed");
        assertThat(Objects.requireNonNull(workers.job(hit).error()).message()).contains("stored", "injected");
        assertThatItGoesOn();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void shouldRunAJobAgainOfWhichNothingCouldBeWritten(int write) {
        // The writes: begun, succeeded; those that come once more belong to the next attempt.
        var writes = new AtomicInteger();
        JobStore store = Between.port(JobStore.class, workers.store, (method, _) -> {
            if (method.equals("compareAndSet") && writes.incrementAndGet() == write) {
                throw new IllegalStateException("injected");
            }
        });
        start(ports(store, workers.blobs, workers.clock));
        String job = workers.submit(Ask.of("good", 1, 2));

        assertThat(workers.events(job)).endsWith("succeeded").containsOnlyOnce("succeeded");
        assertThatItGoesOn();
    }

    @ParameterizedTest
    @ValueSource(strings = {"claim", "keep"})
    void shouldGoOnWhenTheStoreFailsForAWhile(String which) {
        faults.set(3);
        Between.Hook hook = (method, _) -> {
            if (method.equals(which) && faults.getAndDecrement() > 0) {
                throw new PortUnavailableException("injected", new IOException("refused"));
            }
        };
        start(ports(Between.port(JobStore.class, workers.store, hook), workers.blobs, workers.clock));

        assertThat(workers.events(workers.submit(Ask.of("good", 1, 2)))).endsWith("succeeded");
        assertThat(workers.events(workers.submit(Ask.of("good", 1, 2)))).endsWith("succeeded");
        assertThat(workers.liveness.live()).hasSize(1);
    }

    @Test
    void shouldHoldNoPlaceOfAJobThatCannotBePrepared() {
        // As many as may be claimed at once, and one more.
        WorkerProperties p = Workers.properties();
        var one = new WorkerProperties(p.device(), p.threads(), p.profile(), p.preload(), p.slots(), p.rows(),
                p.memory(), p.serve(), 1, p.ahead(),
                p.lease(), p.watchdog(), p.drain());
        faults.set(1);
        WorkerPorts real = workers.ports();
        ModelRegistry models = Between.port(ModelRegistry.class, real.models(), (method, _) -> {
            if (method.equals("read") && faults.getAndDecrement() > 0) {
                throw new StackOverflowError("injected");
            }
        });
        workers.start(one, UnaryOperator.identity(), new WorkerPorts(real.signals(), real.store(), real.blobs(), models,
                real.liveness(), real.lifecycle(), real.clock()), new StopClock(Duration.ofMinutes(2)));
        String odd = workers.submit(Ask.of("good", 1, 2));

        assertThat(workers.events(odd)).endsWith("failed");
        assertThatItGoesOn();
    }

    @Test
    void shouldBeNeitherReadyNorAliveWhenItsLoopHasEnded() {
        var broken = new AtomicBoolean();
        var heartbeats = new AtomicInteger();
        Clock clock = failing(Worker.class, () -> {
            if (broken.get()) {
                throw new IllegalStateException("injected: no time");
            }
        });
        JobStore store = Between.port(JobStore.class, workers.store, (method, _) -> {
            if (method.equals("keep")) {
                heartbeats.incrementAndGet();
            }
        });
        start(ports(store, workers.blobs, clock));
        assertThatItGoesOn();
        String under = workers.submit(Ask.of("good", 2, 1000).previewed());
        workers.firstStep(under);
        broken.set(true);

        await().atMost(Workers.PATIENCE).until(() -> workers.liveness.live().isEmpty());
        assertThat(workers.probe()).isEqualTo(LivenessState.BROKEN);
        // What it had is given to others when its lease ends, which nobody extends.
        await().atMost(Workers.PATIENCE).until(() -> workers.store.depth().waiting() == 1);
        int before = heartbeats.get();
        String other = workers.submit(Ask.of("good", 1, 2));
        workers.start("heir", Workers.properties(), UnaryOperator.identity());
        assertThat(workers.events(other)).endsWith("succeeded");
        assertThat(workers.events(under)).endsWith("succeeded").containsOnlyOnce("succeeded");
        assertThat(workers.job(under).worker()).isEqualTo("heir");
        assertThat(heartbeats.get()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldStopARunThatIsNoLongerItsOwn(boolean fenced) {
        workers.start(patient(), UnaryOperator.identity());
        String job = workers.submit(Ask.of("good", 64, 1000).unguided());
        workers.firstStep(job);
        // Nobody tells the worker: neither a signal nor a heartbeat.
        if (fenced) {
            assertThat(workers.lifecycle.begin(new Claim(job, 2, "other"), "f32")).isPresent();
        } else {
            workers.lifecycle.apply(job, new JobCommand.Cancel());
        }

        // All places were taken: this one enters when they are free.
        assertThat(workers.events(workers.submit(Ask.of("good", 64, 2)))).endsWith("succeeded");
        assertThat(workers.job(job).state()).isEqualTo(fenced ? JobState.RUNNING : JobState.CANCELLED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"begun", "loading", "waiting"})
    void shouldActAtOnceOnACancellationBeforeAJobHasEntered(String when) {
        var evaluations = new AtomicInteger();
        var loads = new CountDownLatch(when.equals("loading") ? 1 : 0);
        var target = new AtomicReference<>("");
        Runnable cancel = () -> workers.cancel(target.get());
        var done = new AtomicBoolean();
        // Begun is what is written first; the worker hears of it after the cancellation.
        JobStore store = Between.port(JobStore.class, workers.store, (_, _) -> {
        }, (method, _) -> {
            if (method.equals("compareAndSet") && when.equals("begun") && done.compareAndSet(false, true)) {
                cancel.run();
            }
        });
        workers.start(patient(), real -> new FaultyWork(real, program -> (results, state, batch, prepared) -> {
            evaluations.incrementAndGet();
            return program.tick(results, state, batch, prepared);
        }, (_, _) -> loads.await(), _ -> {
        }), ports(store, workers.blobs, workers.clock), new StopClock(Duration.ofMinutes(2)));
        String endless = "";
        if (when.equals("waiting")) {
            endless = workers.submit(Ask.of("good", 64, 1000).unguided());
            workers.firstStep(endless);
        }
        target.set("job-" + (when.equals("waiting") ? 2 : 1));
        String job = workers.submit(Ask.of("good", 1, 1000));
        assertThat(job).isEqualTo(target.get());
        if (!when.equals("begun")) {
            await().atMost(Workers.PATIENCE).until(() -> workers.store.depth().waiting() == 0);
            cancel.run();
        }

        assertThat(workers.events(job)).endsWith("cancelled").doesNotContain("step");
        int left = when.equals("waiting") ? 1 : 0;
        await().atMost(Workers.PATIENCE).until(() -> workers.store.depth().held() == left);
        if (left == 0) {
            assertThat(evaluations).hasValue(0);
        } else {
            workers.lifecycle.apply(endless, new JobCommand.Cancel());
        }
        loads.countDown();
        assertThat(workers.events(workers.submit(Ask.of("good", 64, 2)))).endsWith("succeeded");
    }

    @Test
    void shouldTellOnceThatAClaimIsOver() {
        var beats = new AtomicInteger();
        JobStore store = Between.port(JobStore.class, workers.store, (method, _) -> {
            if (method.equals("keep")) {
                beats.incrementAndGet();
            }
        });
        workers.submit(Ask.of("good", 1, 2));
        var leases = new Leases("w", store, workers.signals, ServedModels.ALL, Duration.ofSeconds(30), 1, 1);
        Claim claim = claimed(leases);
        workers.cancel(claim.jobId());
        var told = new AtomicInteger();
        for (int i = 0; i < 3; i++) {
            leases.keep(_ -> told.incrementAndGet());
        }
        leases.over(claim::equals, _ -> told.incrementAndGet());

        assertThat(told).hasValue(1);
        assertThat(beats).hasValue(1);
        assertThat(leases.isOver(claim)).isTrue();
        leases.forget(claim);
        assertThat(leases.isOver(claim)).isFalse();
    }

    @Test
    void shouldLeaveToOthersWhatItCannotBeginYet() throws Exception {
        for (int i = 0; i < 3; i++) {
            workers.submit(Ask.of("good", 1, 2));
        }
        var leases = new Leases("w", workers.store, workers.signals, ServedModels.ALL, Duration.ofSeconds(30), 8, 2);
        Claim first = claimed(leases);
        Claim second = claimed(leases);
        CompletableFuture<Claim> third = CompletableFuture.supplyAsync(() -> claimed(leases));
        assertThat(third).as("neither has begun").failsWithin(Duration.ofMillis(200));
        leases.begun(first);
        leases.begun(first);
        assertThat(third).succeedsWithin(Workers.PATIENCE);
        leases.forget(first);
        assertThat(workers.store.depth().held()).isEqualTo(3);
        leases.forget(second);
        assertThat(workers.store.claim("other", ServedModels.ALL, Duration.ofSeconds(30))).isEmpty();
    }

    @Test
    void shouldHoldTheSameJobTwiceWhenItComesBackBeforeItsEarlierAttemptIsGone() {
        workers.submit(Ask.of("good", 1, 2));
        var leases = new Leases("w", workers.store, workers.signals, ServedModels.ALL, Duration.ofSeconds(30), 2, 2);
        Claim first = claimed(leases);
        workers.store.release(first);
        Claim second = claimed(leases);
        assertThat(second.attempt()).isEqualTo(2);

        var told = new ArrayList<Claim>();
        leases.keep(told::add);
        assertThat(told).isEqualTo(List.of(first));
        leases.forget(first);
        leases.forget(second);
        // Both places are free again.
        for (int i = 0; i < 2; i++) {
            workers.submit(Ask.of("good", 1, 2));
            claimed(leases);
        }
    }

    private static Claim claimed(Leases leases) {
        try {
            return leases.claim().orElseThrow().claim();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
