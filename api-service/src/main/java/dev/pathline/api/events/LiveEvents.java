package dev.pathline.api.events;

import dev.pathline.api.closing.Closing;
import dev.pathline.common.error.ApiException;
import dev.pathline.common.error.ErrorCode;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.codec.ServerSentEvent;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What every stream of server-sent events needs. No buffers: a slow client leaves its events in the log. */
public final class LiveEvents {

    /** How soon a client should connect again to a server that stops. */
    private static final Duration RECONNECT = Duration.ofSeconds(3);
    private static final Set<String> LAST = Set.of("succeeded", "failed", "cancelled", "expired");

    private final Duration heartbeat;
    private final Closing closing;

    /**
     * Streams of a service.
     *
     * @param heartbeat the time between comment lines
     * @param closing the service's end, which a stream that has not ended tells by {@code reconnect}
     */
    public LiveEvents(Duration heartbeat, Closing closing) {
        this.heartbeat = heartbeat;
        this.closing = closing;
    }

    /**
     * Puts comment lines between events, which keep the connection open, and a last word behind them when the server
     * stops first.
     *
     * @param atEach what is done before each comment line
     */
    public Flux<ServerSentEvent<String>> live(Flux<ServerSentEvent<String>> events, Supplier<Mono<Void>> atEach) {
        return Flux.defer(() -> {
            var ended = new AtomicBoolean();
            return live(events.doOnNext(event -> {
                if (isLast(event)) {
                    ended.set(true);
                }
            }), ended::get, LiveEvents::reconnect, atEach);
        });
    }

    /**
     * Puts comment lines between events, and a last word behind them when the server stops first.
     *
     * @param ended whether the last word was told
     * @param lastWord what is told otherwise
     * @param atEach what is done before each comment line
     */
    public Flux<ServerSentEvent<String>> live(Flux<ServerSentEvent<String>> events, BooleanSupplier ended,
            Supplier<ServerSentEvent<String>> lastWord, Supplier<Mono<Void>> atEach) {
        return Flux.defer(() -> {
            Flux<ServerSentEvent<String>> all = events.takeUntilOther(closing.over()).concatWith(Flux.defer(
                    () -> ended.getAsBoolean() || !closing.hasBegun() ? Flux.empty() : Flux.just(lastWord.get())));
            Flux<ServerSentEvent<String>> beats = Flux.interval(heartbeat).onBackpressureDrop().concatMap(
                    beat -> atEach.get().thenReturn(ServerSentEvent.<String>builder().comment("").build()), 1);
            return all.publish(shared -> Flux.merge(1, shared, beats.takeUntilOther(shared.ignoreElements())), 1);
        });
    }

    /** Returns whether an event ends what it tells of. */
    public static boolean isLast(ServerSentEvent<String> event) {
        return LAST.contains(event.event());
    }

    private static ServerSentEvent<String> reconnect() {
        return ServerSentEvent.<String>builder().event("reconnect").retry(RECONNECT)
                .data("{\"reason\":\"" + ErrorCode.SHUTTING_DOWN.wire() + "\"}").build();
    }

    /** Returns one event. */
    public static ServerSentEvent<String> event(long position, String type, String data) {
        return ServerSentEvent.<String>builder().id(Long.toString(position)).event(type).data(data).build();
    }

    /** Returns an answer that no proxy keeps or collects. */
    public static ResponseEntity<Flux<ServerSentEvent<String>>> answer(Flux<ServerSentEvent<String>> events) {
        return ResponseEntity.ok().contentType(MediaType.TEXT_EVENT_STREAM).cacheControl(CacheControl.noStore())
                .header("X-Accel-Buffering", "no").body(events);
    }

    /**
     * Returns the answer to who has seen the last event already. An empty stream would end, and a browser would ask again
     * and again; this one it takes for the end.
     */
    public static ResponseEntity<Flux<ServerSentEvent<String>>> nothingMore() {
        return ResponseEntity.noContent().cacheControl(CacheControl.noStore()).build();
    }

    /**
     * Returns the position that a client has seen: the header of a browser that connects again, or else the parameter.
     *
     * @throws ApiException if it is not a number
     */
    public static long position(@Nullable String lastEventId, @Nullable String after) {
        return lastEventId != null
                ? number("Last-Event-ID", lastEventId)
                : after != null ? number("after", after) : 0;
    }

    private static long number(String name, String text) {
        if (!text.matches("[0-9]{1,18}")) {
            throw ApiException.of(ErrorCode.INVALID_REQUEST, name,
                    "must be the id of an event of this stream, a number from 0");
        }
        return Long.parseLong(text);
    }
}
