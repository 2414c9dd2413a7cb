package dev.pathline.api.events;

import dev.pathline.common.error.ApiException;
import dev.pathline.common.error.ErrorCode;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.codec.ServerSentEvent;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What every stream of server-sent events needs. */
public final class LiveEvents {

    private LiveEvents() {}

    /**
     * Puts comment lines between events, which keep the connection open. No buffers: a slow client leaves its events in
     * the log.
     *
     * @param heartbeat the time between comment lines
     * @param atEach what is done before each comment line
     */
    public static Flux<ServerSentEvent<String>> withHeartbeats(Flux<ServerSentEvent<String>> events,
            Duration heartbeat, Supplier<Mono<Void>> atEach) {
        Flux<ServerSentEvent<String>> beats = Flux.interval(heartbeat).onBackpressureDrop()
                .concatMap(beat -> atEach.get().thenReturn(ServerSentEvent.<String>builder().comment("").build()), 1);
        return events.publish(shared -> Flux.merge(1, shared, beats.takeUntilOther(shared.ignoreElements())), 1);
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
        if (!text.matches("\\d{1,18}")) {
            throw ApiException.of(ErrorCode.INVALID_REQUEST, name,
                    "must be the id of an event of this stream, a number from 0");
        }
        return Long.parseLong(text);
    }
}
