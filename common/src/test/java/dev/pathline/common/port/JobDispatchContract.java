package dev.pathline.common.port;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pathline.common.port.JobDispatch.Delivery;
import dev.pathline.common.wire.Priority;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

/** What every {@link JobDispatch} must do. */
public abstract class JobDispatchContract {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration SOON = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private JobDispatch dispatch;

    /** A dispatch without notices. */
    protected abstract JobDispatch create();

    /** Lets time pass for the dispatch. */
    protected abstract void advance(Duration time);

    @BeforeEach
    void createDispatch() {
        dispatch = create();
    }

    @Test
    void shouldHandOutNoticesInTheOrderOfTheirTurns() throws Exception {
        publish("b", 2);
        publish("a", 1);
        publish("c", 3);
        assertThat(next().jobId()).isEqualTo("a");
        assertThat(next().jobId()).isEqualTo("b");
        assertThat(next().jobId()).isEqualTo("c");
        assertThat(dispatch.next(Duration.ZERO)).isEmpty();
    }

    @Test
    void shouldNotHaveANoticeTwice() throws Exception {
        publish("a", 1);
        publish("a", 1);
        Delivery delivery = next();
        publish("a", 1);
        assertThat(dispatch.next(Duration.ZERO)).isEmpty();
        dispatch.done(delivery);
        assertThat(dispatch.next(Duration.ZERO)).isEmpty();
        publish("a", 1);
        assertThat(next().jobId()).isEqualTo("a");
    }

    @Test
    void shouldHandOutAgainWhatNobodyIsDoneWith() throws Exception {
        publish("a", 1);
        Delivery first = next();
        advance(dispatch.patience());
        Delivery second = next();
        assertThat(second.jobId()).isEqualTo("a");
        // The first receiver has lost it, and changes nothing.
        dispatch.done(first);
        dispatch.giveBack(first);
        dispatch.extend(first);
        assertThat(dispatch.next(Duration.ZERO)).isEmpty();
        advance(dispatch.patience());
        assertThat(next().jobId()).isEqualTo("a");
    }

    @Test
    void shouldHideWhatIsExtended() throws Exception {
        publish("a", 1);
        Delivery delivery = next();
        for (int i = 0; i < 4; i++) {
            advance(dispatch.patience().dividedBy(2));
            dispatch.extend(delivery);
        }
        assertThat(dispatch.next(Duration.ZERO)).isEmpty();
    }

    @Test
    void shouldHandOutWhatIsGivenBack() throws Exception {
        publish("a", 1);
        publish("b", 2);
        dispatch.giveBack(next());
        assertThat(next().jobId()).isEqualTo("a");
    }

    @Test
    void shouldForgetWhatIsWithdrawn() throws Exception {
        JobNotice notice = publish("a", 1);
        dispatch.withdraw(notice);
        dispatch.withdraw(notice);
        assertThat(dispatch.next(Duration.ZERO)).isEmpty();
    }

    @Test
    void shouldWakeWhoWaits() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Callable<Optional<Delivery>> waits = () -> dispatch.next(PATIENCE);
            Future<Optional<Delivery>> delivery = threads.submit(waits);
            publish("a", 1);
            assertThat(delivery.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).map(Delivery::jobId).contains("a");
        }
    }

    @Test
    void shouldGiveEachNoticeToOneOfManyReceivers() throws Exception {
        int jobs = 200;
        for (int i = 0; i < jobs; i++) {
            publish("job" + i, i);
        }
        Set<String> seen = ConcurrentHashMap.newKeySet();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int worker = 0; worker < 8; worker++) {
                threads.submit(() -> {
                    Optional<Delivery> delivery;
                    while ((delivery = dispatch.next(Duration.ofMillis(100))).isPresent()) {
                        assertThat(seen.add(delivery.get().jobId())).isTrue();
                        dispatch.done(delivery.get());
                    }
                    return null;
                });
            }
        }
        assertThat(seen).hasSize(jobs);
    }

    @Test
    void shouldTellOfJobsThatHaveEnded() {
        StepVerifier.create(dispatch.ended().take(2)).then(() -> {
            dispatch.tellEnded("a");
            dispatch.tellEnded("b");
        }).expectNext("a", "b").expectComplete().verify(PATIENCE);
    }

    private JobNotice publish(String job, long turn) {
        var notice = new JobNotice(job, "fashion-flow@1", Priority.NORMAL, START.plusMillis(turn));
        dispatch.publish(notice);
        return notice;
    }

    private Delivery next() throws InterruptedException {
        return dispatch.next(SOON).orElseThrow();
    }
}
