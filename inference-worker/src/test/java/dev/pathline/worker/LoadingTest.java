package dev.pathline.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pathline.common.error.ErrorCode;
import dev.pathline.common.job.JobState;
import dev.pathline.common.wire.JobTerms;
import dev.pathline.common.wire.Precision;
import dev.pathline.common.wire.Priority;
import dev.pathline.engine.checkpoint.Checkpoint;
import dev.pathline.engine.measure.SteadySizes;
import dev.pathline.engine.sampling.LoadedModel;
import dev.pathline.engine.torch.DeviceMemoryException;
import dev.pathline.worker.FaultyWork.Part;
import dev.pathline.worker.Workers.Ask;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** How models come and go: room for them, what goes wrong on the way, and who waits meanwhile. */
final class LoadingTest {

    private static final JobTerms STRICT = new JobTerms(Priority.NORMAL, null, null, Precision.AUTO, true);

    @RegisterExtension
    final Workers workers = new Workers();

    private final List<LoadedModel> loaded = FaultyWork.list();

    private List<String> loadedNames() {
        return List.copyOf(loaded).stream().map(model -> model.card().name()).toList();
    }

    private static Throwable thrown(String kind) {
        return switch (kind) {
            case "exception" -> new IllegalStateException("injected");
            case "error" -> new StackOverflowError("injected");
            case "linkage" -> new NoClassDefFoundError("injected");
            case "device" -> new DeviceMemoryException("injected", new IllegalStateException());
            default -> new OutOfMemoryError("injected");
        };
    }

    static Stream<Arguments> faults() {
        return Stream.of(Part.values()).flatMap(part -> Stream.of("exception", "error", "linkage", "device", "heap")
                .map(kind -> Arguments.of(part, kind)));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void shouldFailTheJobsOfAModelThatCannotBeLoadedOrTriedOutAndNoOther(Part part, String kind) {
        var left = new AtomicInteger(Integer.MAX_VALUE);
        var release = new CountDownLatch(1);
        workers.start(Workers.properties(), FaultyWork.with((at, model) -> {
            if (at == part && model.equals("good") && left.getAndDecrement() > 0) {
                // Both jobs wait for the same.
                release.await();
                throw thrown(kind);
            }
        }, loaded));
        List<String> hit = List.of(workers.submit(Ask.of("good", 2, 3).with(STRICT)),
                workers.submit(Ask.of("good", 1, 3).with(STRICT)));
        await().atMost(Workers.PATIENCE).until(() -> workers.store.depth().waiting() == 0);
        release.countDown();
        boolean memory = kind.equals("device") || kind.equals("heap");
        for (String job : hit) {
            assertThat(workers.events(job)).as(job).endsWith("failed").doesNotContain("started");
            var error = Objects.requireNonNull(workers.job(job).error());
            assertThat(error.code())
                    .isEqualTo((memory ? ErrorCode.OUT_OF_MEMORY : ErrorCode.GENERATION_FAILED).wire());
            assertThat(error.message()).contains("good@1", "injected");
        }
        // Another model, and the same one once it can be loaded.
        assertThat(workers.events(workers.submit(Ask.of("other", 1, 2)))).endsWith("succeeded");
        left.set(0);
        assertThat(workers.events(workers.submit(Ask.of("good", 1, 2).with(STRICT)))).endsWith("succeeded");
        assertThat(workers.liveness.live()).hasSize(1);
        workers.stop();
        assertThat(loaded).allSatisfy(model -> assertThat(model.arrays()).as("arrays that are left open").isZero());
    }

    @Test
    void shouldTryFewerRowsWhereATrialDoesNotFitIntoMemory() {
        var tried = Collections.synchronizedList(new ArrayList<Integer>());
        workers.start(Workers.properties(64, 16, 0, Duration.ofMinutes(2)), real -> new FaultyWork(real) {

            @Override
            public SteadySizes steadySizes(Checkpoint checkpoint, LoadedModel model, int mostRows) {
                tried.add(mostRows);
                if (mostRows > 5) {
                    throw new DeviceMemoryException("injected", new IllegalStateException());
                }
                return super.steadySizes(checkpoint, model, mostRows);
            }
        });

        assertThat(workers.events(workers.submit(Ask.of("good", 1, 2).with(STRICT)))).endsWith("succeeded");
        assertThat(tried).containsExactly(16, 8, 4);
    }

    @Test
    void shouldNotLoadAModelBeforeThereIsRoomForIt() {
        workers.start(Workers.properties(16, 4, TinyModels.bytes(16, 4) * 3 / 2, Duration.ofMinutes(2)),
                FaultyWork.with((_, _) -> {
                }, loaded));
        String endless = workers.submit(Ask.of("good", 4, 1000).previewed());
        workers.firstStep(endless);
        String waits = workers.submit(Ask.of("other", 2, 5));
        // Ticks go by while it waits.
        workers.step(endless, 100);
        assertThat(loadedNames()).containsExactly("good");
        assertThat(workers.job(waits).state()).isEqualTo(JobState.QUEUED);

        workers.cancel(endless);
        assertThat(workers.events(waits)).endsWith("succeeded");
        assertThat(loadedNames()).containsExactly("good", "other");
    }

    @Test
    void shouldLeaveAnIdleModelWhereItIsWhenItsRoomWouldNotBeEnough() {
        // The least that the wide one needs is an evaluation of two rows.
        long memory = TinyModels.wideBytes(16, 2) + TinyModels.bytes(16, 4) / 2;
        workers.start(Workers.properties(16, 4, memory, Duration.ofMinutes(2)),
                FaultyWork.with((_, _) -> {
                }, loaded));
        assertThat(workers.events(workers.submit(Ask.of("other", 1, 2)))).endsWith("succeeded");
        String endless = workers.submit(Ask.of("good", 4, 1000).previewed());
        workers.firstStep(endless);
        // The wide one needs more than what the idle one has, as long as the busy one is there.
        String waits = workers.submit(Ask.of("wide", 1, 2));
        workers.step(endless, 50);
        assertThat(loadedNames()).containsExactly("other", "good");
        assertThat(workers.arrays()).as("both are there").isGreaterThan(loaded.getFirst().arrays());

        workers.cancel(endless);
        assertThat(workers.events(waits)).endsWith("succeeded");
    }

    @Test
    void shouldGoOnWithOtherModelsWhileOneIsLoadedAndTriedOut() {
        var loads = new CountDownLatch(1);
        var tries = new CountDownLatch(1);
        workers.start(Workers.properties(), FaultyWork.with((part, model) -> {
            if (model.equals("other")) {
                (part == Part.TRIAL ? tries : loads).await();
            }
        }, loaded));
        assertThat(workers.events(workers.submit(Ask.of("good", 1, 2)))).endsWith("succeeded");
        String slow = workers.submit(Ask.of("other", 1, 2).with(STRICT));
        assertThat(workers.events(workers.submit(Ask.of("good", 3, 20)))).endsWith("succeeded");
        loads.countDown();
        // While its sizes are tried out those that need not be strict run, on the same model too.
        assertThat(workers.events(workers.submit(Ask.of("other", 2, 4)))).endsWith("succeeded");
        assertThat(workers.job(slow).state()).isEqualTo(JobState.QUEUED);
        tries.countDown();
        assertThat(workers.events(slow)).endsWith("succeeded");
    }

    @Test
    void shouldCloseAModelThatIsStillBeingTriedOutWhenItsLaneBreaks() {
        var tries = new CountDownLatch(1);
        var errors = new AtomicInteger();
        workers.start(Workers.properties(), real -> new FaultyWork(real,
                program -> new FaultyProgram(program, 1000, errors, null), (part, _) -> {
                    if (part == Part.TRIAL) {
                        tries.await();
                    }
                }, loaded::add));
        String strict = workers.submit(Ask.of("good", 1, 2).with(STRICT));
        assertThat(workers.events(workers.submit(Ask.of("good", 2, 4)))).endsWith("succeeded");
        errors.set(1);
        assertThat(workers.events(workers.submit(Ask.of("good", 2, 4)))).endsWith("failed");
        tries.countDown();

        assertThat(workers.events(strict)).endsWith("succeeded");
        assertThat(loadedNames()).containsExactly("good", "good");
        workers.stop();
        assertThat(loaded).allSatisfy(model -> assertThat(model.arrays()).isZero());
    }

    @Test
    void shouldNotBeReadyWhileALoadingHangs() {
        var loads = new CountDownLatch(1);
        workers.start(Workers.properties(64, 0, 0, Duration.ofMillis(300)),
                FaultyWork.with((_, _) -> loads.await(), loaded));
        String stuck = workers.submit(Ask.of("good", 1, 2));
        await().atMost(Workers.PATIENCE).until(() -> workers.liveness.live().isEmpty());

        loads.countDown();
        await().atMost(Workers.PATIENCE).until(() -> !workers.liveness.live().isEmpty());
        assertThat(workers.events(stuck)).endsWith("succeeded");
    }
}
