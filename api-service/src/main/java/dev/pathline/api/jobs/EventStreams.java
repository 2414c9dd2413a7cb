package dev.pathline.api.jobs;

import dev.pathline.api.concurrent.Blocking;
import dev.pathline.api.events.LiveEvents;
import dev.pathline.common.lifecycle.JobLifecycle;
import dev.pathline.common.port.EventLog;
import dev.pathline.common.port.EventLog.LoggedEvent;
import dev.pathline.common.port.JobStore;
import dev.pathline.common.wire.JobEvent;
import dev.pathline.common.wire.JobEventJson;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.springframework.http.codec.ServerSentEvent;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A job's log as server-sent events. Between events come comment lines, which keep the connection open; with each of
 * them the job's record is looked at, and if it has ended without its event (the writer died in between), the event is
 * appended and ends the stream. No buffers: a slow client leaves its events in the log.
 */
public final class EventStreams {

    private final EventLog log;
    private final JobStore store;
    private final JobLifecycle lifecycle;
    private final LiveEvents live;
    private final Duration look;

    /**
     * Streams over a log.
     *
     * @param live what every stream has
     * @param look how often a job whose end is waited for is looked at
     */
    public EventStreams(EventLog log, JobStore store, JobLifecycle lifecycle, LiveEvents live, Duration look) {
        this.log = log;
        this.store = store;
        this.lifecycle = lifecycle;
        this.live = live;
        this.look = look;
    }

    /**
     * The events after a position, then those to come, up to the terminal one. That one is always sent: a client that says
     * it has seen more than there is would otherwise never hear of the end.
     *
     * @param prefix where the client's addresses begin, see {@link dev.pathline.api.access.PublicPath}
     */
    public Flux<ServerSentEvent<String>> stream(String jobId, long after, String prefix) {
        Flux<ServerSentEvent<String>> events = Flux.defer(() -> {
            var ended = new AtomicBoolean();
            return repair(jobId).thenMany(log.read(jobId, after))
                    .doOnNext(logged -> ended.compareAndSet(false, logged.event().terminal()))
                    .concatWith(Flux.defer(() -> ended.get() ? Flux.empty() : log.read(jobId, 0).takeLast(1)));
        }).map(logged -> encode(logged, prefix));
        return live.live(events, () -> repair(jobId));
    }

    /** Whether there is an event after a position in the log of a job that has ended. */
    public Mono<Boolean> goesOn(String jobId, long after) {
        return repair(jobId).thenMany(log.read(jobId, after)).hasElements();
    }

    /** Completes when the job has ended, or is forgotten. */
    public Mono<Void> end(String jobId) {
        Flux<Void> events = repair(jobId).thenMany(log.read(jobId, 0)).thenMany(Flux.empty());
        Flux<Void> repairs = Flux.interval(look).onBackpressureDrop().concatMap(beat -> repair(jobId), 1);
        return events.publish(shared -> shared.mergeWith(repairs.takeUntilOther(shared))).then();
    }

    private Mono<Void> repair(String jobId) {
        return Blocking.run(() -> store.find(jobId).ifPresent(lifecycle::repair));
    }

    private static ServerSentEvent<String> encode(LoggedEvent logged, String prefix) {
        JobEvent event = logged.event() instanceof JobEvent.Succeeded succeeded
                ? succeeded.under(prefix)
                : logged.event();
        return LiveEvents.event(logged.position(), event.type(), JobEventJson.write(event));
    }
}
