package dev.pathline.common.port;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathline.common.error.ErrorCode;
import dev.pathline.common.port.EventLog.LoggedEvent;
import dev.pathline.common.wire.JobError;
import dev.pathline.common.wire.JobEvent;
import dev.pathline.common.wire.StepImage;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** What every {@link EventLog} must do. */
public abstract class EventLogContract {

    private static final JobEvent QUEUED = new JobEvent.Queued(1, null);
    private static final JobEvent STARTED = new JobEvent.Started(1, "w");
    private static final JobEvent CANCELLED = new JobEvent.Cancelled();
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private EventLog log;

    /** An empty event log that keeps about so many bytes of previews for a running job. */
    protected abstract EventLog create(long maxBytesPerJob);

    @BeforeEach
    void createLog() {
        log = create(1 << 20);
    }

    @Test
    void shouldNumberEventsUpwardsWithinAJob() {
        long first = append("a", 0, QUEUED);
        assertThat(first).isPositive();
        assertThat(append("a", 1, STARTED)).isGreaterThan(first);
    }

    @Test
    void shouldReplayThenFollowThenEnd() {
        log.append("a", 0, QUEUED);
        StepVerifier.create(events("a", 0)).expectNext(QUEUED).then(() -> log.append("a", 1, STARTED))
                .expectNext(STARTED).then(() -> log.append("a", 0, CANCELLED)).expectNext(CANCELLED).expectComplete()
                .verify(PATIENCE);
    }

    @Test
    void shouldReplayAnEndedLogFromAfterAPosition() {
        JobEvent failed = new JobEvent.Failed(JobError.of(ErrorCode.NOT_FINITE, "NaN at step 3."));
        long first = append("a", 0, QUEUED);
        long second = append("a", 1, STARTED);
        long third = append("a", 1, failed);
        read("a", first).expectNext(new LoggedEvent(second, STARTED), new LoggedEvent(third, failed))
                .expectComplete().verify(PATIENCE);
        read("a", third).expectComplete().verify(PATIENCE);
        read("a", third + 99).expectComplete().verify(PATIENCE);
    }

    @Test
    void shouldWaitForALogThatHasNotBegun() {
        StepVerifier.create(events("a", 0)).expectSubscription().expectNoEvent(Duration.ofMillis(100))
                .then(() -> log.append("a", 0, QUEUED)).expectNext(QUEUED)
                .then(() -> log.append("a", 0, CANCELLED)).expectNext(CANCELLED).expectComplete().verify(PATIENCE);
    }

    @Test
    void shouldForgetThatSomebodyWaitedForALog() {
        log.read("a", 0).subscribe().dispose();
        log.append("a", 0, QUEUED);
        log.append("a", 0, CANCELLED);
        StepVerifier.create(events("a", 0)).expectNext(QUEUED, CANCELLED).expectComplete().verify(PATIENCE);
    }

    @Test
    void shouldTellHowFarAJobIs() {
        assertThat(log.newestStep("a")).isEmpty();
        log.append("a", 0, QUEUED);
        log.append("a", 1, STARTED);
        assertThat(log.newestStep("a")).isEmpty();
        log.append("a", 1, step(1, 10));
        log.append("a", 1, step(2, 10));
        assertThat(log.newestStep("a").map(JobEvent.Step::rowsDone)).contains(4L);
        log.append("a", 2, new JobEvent.Started(2, "v"));
        assertThat(log.newestStep("a")).as("of an attempt that was given up").isEmpty();
    }

    @Test
    void shouldRefuseEverythingAfterTheTerminalEvent() {
        log.append("a", 0, QUEUED);
        assertThat(log.append("a", 0, CANCELLED)).isPresent();
        assertThat(log.append("a", 0, CANCELLED)).isEqualTo(OptionalLong.empty());
        assertThat(log.append("a", 1, step(1, 1))).isEqualTo(OptionalLong.empty());
        read("a", 0).expectNextCount(2).expectComplete().verify(PATIENCE);
    }

    @Test
    void shouldFenceFormerAttempts() {
        log.append("a", 1, STARTED);
        log.append("a", 2, new JobEvent.Started(2, "v"));
        assertThat(log.append("a", 1, step(1, 1))).isEqualTo(OptionalLong.empty());
        assertThat(log.append("a", 2, step(1, 1))).isPresent();
        assertThat(log.append("a", EventLog.NO_ATTEMPT, QUEUED)).as("late news").isEmpty();
        assertThat(log.append("a", EventLog.NO_ATTEMPT, CANCELLED)).isPresent();
    }

    @Test
    void shouldServeManyReadersAlike() {
        Flux<Long> positions = log.read("a", 0).map(LoggedEvent::position);
        log.append("a", 0, QUEUED);
        StepVerifier.create(Flux.merge(positions, positions, positions).collectList())
                .then(() -> log.append("a", 0, CANCELLED))
                .assertNext(all -> assertThat(all).hasSize(6).doesNotContain(0L).satisfies(
                        same -> assertThat(Set.copyOf(same)).hasSize(2)))
                .expectComplete().verify(PATIENCE);
    }

    @Test
    void shouldDropOldStepsAndNothingElse() {
        log = create(40_000);
        log.append("a", 0, QUEUED);
        log.append("a", 1, STARTED);
        for (int i = 1; i <= 100; i++) {
            log.append("a", 1, step(i, 1000));
        }
        log.append("a", 1, CANCELLED);
        List<LoggedEvent> all = log.read("a", 0).collectList().block(PATIENCE);
        assertThat(all).extracting(LoggedEvent::event).startsWith(QUEUED, STARTED).endsWith(CANCELLED);
        assertThat(all).hasSizeBetween(5, 50).extracting(LoggedEvent::position).isSorted();
        assertThat(all.get(all.size() - 2).event()).isEqualTo(step(100, 1000));
    }

    @Test
    void shouldNotWaitForASlowReaderWhoStillGetsTheEnd() throws Exception {
        log = create(40_000);
        log.append("a", 0, QUEUED);
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        long first = log.read("a", 0).map(LoggedEvent::position).blockFirst(PATIENCE);
        List<Long> seen = new java.util.concurrent.CopyOnWriteArrayList<>();
        log.read("a", 0).subscribe(new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(org.reactivestreams.Subscription subscription) {
                request(1);
            }

            @Override
            protected void hookOnNext(LoggedEvent event) {
                seen.add(event.position());
                entered.countDown();
                try {
                    release.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                request(1);
            }

            @Override
            protected void hookOnComplete() {
                ended.countDown();
            }
        });
        assertThat(entered.await(20, TimeUnit.SECONDS)).isTrue();
        // The reader is stuck in its first event; this thread appends on.
        for (int i = 1; i <= 1000; i++) {
            log.append("a", 1, step(i, 1000));
        }
        long last = append("a", 1, CANCELLED);
        release.countDown();
        assertThat(ended.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(seen).isSorted().doesNotHaveDuplicates().hasSizeLessThan(60).startsWith(first).endsWith(last);
    }

    @Test
    void shouldEndTheReadersOfADeletedLog() {
        log.append("a", 0, QUEUED);
        StepVerifier.create(log.read("a", 0)).expectNextCount(1).then(() -> log.delete("a")).expectComplete()
                .verify(PATIENCE);
    }

    @Test
    void shouldKeepTheirOrderForEveryReaderWhileManyAppend() {
        log.append("a", 0, QUEUED);
        Flux<Long> reader = log.read("a", 0).map(LoggedEvent::position);
        Flux<Integer> writers = Flux.range(1, 500).parallel(4).runOn(reactor.core.scheduler.Schedulers.boundedElastic())
                .doOnNext(i -> log.append("a", 1, step(i, 1))).sequential()
                .doOnComplete(() -> log.append("a", 1, CANCELLED));
        StepVerifier.create(reader.collectList().zipWith(writers.then(reactor.core.publisher.Mono.just(1))))
                .assertNext(pair -> assertThat(pair.getT1()).hasSize(502).isSorted().doesNotHaveDuplicates())
                .expectComplete().verify(PATIENCE);
    }

    private long append(String job, int attempt, JobEvent event) {
        return log.append(job, attempt, event).orElseThrow();
    }

    private Flux<JobEvent> events(String job, long after) {
        return log.read(job, after).map(LoggedEvent::event);
    }

    private StepVerifier.FirstStep<LoggedEvent> read(String job, long after) {
        return StepVerifier.create(log.read(job, after));
    }

    private static JobEvent step(int step, int bytes) {
        return new JobEvent.Step(step, 1000, 2 * step, 1.0, 0.0, null,
                List.of(new StepImage(0, "x".repeat(bytes), null)));
    }
}
