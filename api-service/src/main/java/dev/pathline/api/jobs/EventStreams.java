package dev.pathline.api.jobs;

import dev.pathline.api.concurrent.Blocking;
import dev.pathline.api.events.LiveEvents;
import dev.pathline.common.lifecycle.JobLifecycle;
import dev.pathline.common.port.EventLog;
import dev.pathline.common.port.EventLog.LoggedEvent;
import dev.pathline.common.port.JobStore;
import dev.pathline.common.wire.JobEventJson;
import java.time.Duration;
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
    private final Duration heartbeat;

    /**
     * Streams over a log.
     *
     * @param heartbeat the time between comment lines
     */
    public EventStreams(EventLog log, JobStore store, JobLifecycle lifecycle, Duration heartbeat) {
        this.log = log;
        this.store = store;
        this.lifecycle = lifecycle;
        this.heartbeat = heartbeat;
    }

    /** The events after a position, then those to come, up to the terminal one. */
    public Flux<ServerSentEvent<String>> stream(String jobId, long after) {
        Flux<ServerSentEvent<String>> events = repair(jobId).thenMany(log.read(jobId, after)).map(EventStreams::encode);
        return LiveEvents.withHeartbeats(events, heartbeat, () -> repair(jobId));
    }

    /** Completes when the job has ended, or is forgotten. */
    public Mono<Void> end(String jobId) {
        Flux<Void> events = repair(jobId).thenMany(log.read(jobId, 0)).thenMany(Flux.empty());
        Flux<Void> repairs = Flux.interval(heartbeat).onBackpressureDrop().concatMap(beat -> repair(jobId), 1);
        return events.publish(shared -> shared.mergeWith(repairs.takeUntilOther(shared))).then();
    }

    private Mono<Void> repair(String jobId) {
        return Blocking.run(() -> store.find(jobId).ifPresent(lifecycle::repair));
    }

    private static ServerSentEvent<String> encode(LoggedEvent logged) {
        return LiveEvents.event(logged.position(), logged.event().type(), JobEventJson.write(logged.event()));
    }
}
