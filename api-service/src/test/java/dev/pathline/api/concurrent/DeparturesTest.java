package dev.pathline.api.concurrent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

class DeparturesTest {

    private final MockServerWebExchange exchange = MockServerWebExchange.from(MockServerHttpRequest.get("/"));
    private final AtomicInteger heard = new AtomicInteger();
    private final Sinks.Empty<Void> answer = Sinks.empty();

    private Disposable handled() {
        return new Departures().filter(exchange, any -> answer.asMono()).onErrorComplete().subscribe();
    }

    @Test
    void shouldTellThatTheClientHasLeft() {
        Disposable connection = handled();
        Departures.onDeparture(exchange, heard::incrementAndGet);
        assertThat(heard).hasValue(0);

        connection.dispose();

        assertThat(heard).hasValue(1);
    }

    @Test
    void shouldTellAtOnceWhoAsksLater() {
        handled().dispose();

        Departures.onDeparture(exchange, heard::incrementAndGet);

        assertThat(heard).hasValue(1);
    }

    @Test
    void shouldTellWhenTheAnswerCannotBeWritten() {
        handled();
        Departures.onDeparture(exchange, heard::incrementAndGet);

        answer.tryEmitError(new IllegalStateException("broken pipe"));

        assertThat(heard).hasValue(1);
    }

    @Test
    void shouldTellOnceThatAllWentWell() {
        Disposable connection = handled();
        Departures.onDeparture(exchange, heard::incrementAndGet);

        answer.tryEmitEmpty();
        connection.dispose();

        assertThat(heard).hasValue(1);
    }

    @Test
    void shouldFinishWhatWasBegunWhateverBecomesOfTheClient() throws Exception {
        var begun = new java.util.concurrent.CountDownLatch(1);
        var go = new java.util.concurrent.CountDownLatch(1);
        var done = new java.util.concurrent.CompletableFuture<Boolean>();
        Mono<String> work = Blocking.toTheEnd(() -> {
            begun.countDown();
            go.await();
            done.complete(Thread.currentThread().isInterrupted());
            return "made";
        });
        Disposable connection = work.subscribe();
        begun.await();

        connection.dispose();
        go.countDown();

        assertThat(done.get(20, java.util.concurrent.TimeUnit.SECONDS)).as("interrupted").isFalse();
    }
}
