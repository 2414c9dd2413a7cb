package dev.pathline.common.port;

import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** What every {@link JobSignals} must do. */
public abstract class JobSignalsContract {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private JobSignals signals;

    /** Signals of which nobody has told anything. */
    protected abstract JobSignals create();

    @BeforeEach
    void createSignals() {
        signals = create();
    }

    @Test
    void shouldTellEverybodyWhoListensThatJobsWait() {
        StepVerifier.create(Flux.merge(signals.waiting().take(2), signals.waiting().take(2)).collectList())
                .then(() -> {
                    signals.tellWaiting("fashion-flow@1");
                    signals.tellWaiting("mixture-2d@1");
                }).expectNextMatches(all -> all.size() == 4 && all.stream().distinct().count() == 2).expectComplete()
                .verify(PATIENCE);
    }

    @Test
    void shouldTellOfJobsThatHaveEnded() {
        StepVerifier.create(signals.ended().take(2)).then(() -> {
            signals.tellEnded("a");
            signals.tellEnded("b");
        }).expectNext("a", "b").expectComplete().verify(PATIENCE);
    }

    @Test
    void shouldTellNobodyOfWhatWasBefore() {
        signals.tellEnded("before");
        StepVerifier.create(signals.ended().take(1)).then(() -> signals.tellEnded("after")).expectNext("after")
                .expectComplete().verify(PATIENCE);
    }

    @Test
    void shouldGoOnAfterAListenerHasLeft() {
        signals.waiting().subscribe().dispose();
        StepVerifier.create(signals.waiting().take(1)).then(() -> signals.tellWaiting("a@1")).expectNext("a@1")
                .expectComplete().verify(PATIENCE);
    }
}
