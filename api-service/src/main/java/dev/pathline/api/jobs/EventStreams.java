package dev.pathline.api.jobs;

import dev.pathline.api.closing.Closing;
import dev.pathline.api.concurrent.Blocking;
import dev.pathline.api.events.LiveEvents;
import dev.pathline.common.error.ApiException;
import dev.pathline.common.error.ErrorCode;
import dev.pathline.common.experiment.ArmOf;
import dev.pathline.common.job.JobRecord;
import dev.pathline.common.lifecycle.JobLifecycle;
import dev.pathline.common.port.EventLog;
import dev.pathline.common.port.EventLog.LoggedEvent;
import dev.pathline.common.port.JobStore;
import dev.pathline.common.port.PortUnavailableException;
import dev.pathline.common.wire.JobEvent;
import dev.pathline.common.wire.JobEventJson;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.codec.ServerSentEvent;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.util.retry.Retry;

/**
 * A job's log as server-sent events. Between events come comment lines, which keep the connection open; with each of
 * them the job's record is looked at, and if it has ended without its event (the writer died in between), the event is
 * appended and ends the stream. No buffers: a slow client leaves its events in the log.
 */
public final class EventStreams {

    /** How soon a log is asked again that could not be read. */
    private static final Duration AGAIN = Duration.ofMillis(500);
    /** How late an answer may be where the log is away. */
    private static final Duration SOON = Duration.ofSeconds(2);

    private static final Logger LOG = LoggerFactory.getLogger(EventStreams.class);

    private final EventLog log;
    private final JobStore store;
    private final JobLifecycle lifecycle;
    private final LiveEvents live;
    private final Drafts drafts;
    private final Duration look;

    /**
     * Streams over a log.
     *
     * @param live what every stream has
     * @param drafts the images that come before a job's own
     * @param look how often a job whose end is waited for is looked at
     */
    public EventStreams(EventLog log, JobStore store, JobLifecycle lifecycle, LiveEvents live, Drafts drafts,
            Duration look) {
        this.log = log;
        this.store = store;
        this.lifecycle = lifecycle;
        this.live = live;
        this.drafts = drafts;
        this.look = look;
    }

    /**
     * The events after a position, then those to come, up to the terminal one. That one is always sent: a client that says
     * it has seen more than there is would otherwise never hear of the end.
     *
     * @param prefix where the client's addresses begin, see {@link dev.pathline.api.access.PublicPath}
     */
    public Flux<ServerSentEvent<String>> stream(String jobId, long after, String prefix) {
        return Flux.defer(() -> {
            var ended = new AtomicBoolean();
            var arm = new AtomicReference<@Nullable ArmOf>();
            Sinks.Empty<Void> gone = Sinks.empty();
            Flux<ServerSentEvent<String>> log = whole(jobId, after, arm, ended).takeUntilOther(gone.asMono())
                    .map(logged -> encode(logged, prefix, arm.get()));
            Flux<ServerSentEvent<String>> events = log.switchOnFirst((first, all) -> {
                ArmOf of = arm.get();
                String draft = of == null ? null : of.draft();
                return draft == null ? all : withDraft(all, draft, prefix);
            });
            return live.live(events, () -> look(jobId).doOnNext(found -> {
                if (found.state() == State.GONE) {
                    gone.tryEmitEmpty();
                }
            }).then());
        });
    }

    /** Another form of a job's events, for one stream. */
    public interface Form {

        /** Returns what is told of an event. */
        Publisher<ServerSentEvent<String>> of(JobEvent event);

        /** Returns whether the last word was told. */
        boolean isOver();

        /** Returns the last word of a stream that cannot go on. */
        ServerSentEvent<String> lastWord(Throwable why);
    }

    /** The events of a job from its beginning to its end, in another form. It always has a last word. */
    public Flux<ServerSentEvent<String>> stream(String jobId, Form form) {
        return Flux.defer(() -> {
            Sinks.Empty<Void> gone = Sinks.empty();
            Flux<ServerSentEvent<String>> events = whole(jobId, 0, new AtomicReference<>(), new AtomicBoolean())
                    .takeUntilOther(gone.asMono()).concatMap(logged -> form.of(logged.event()), 1)
                    .onErrorResume(error -> Mono.just(form.lastWord(error)))
                    .concatWith(Mono.fromSupplier(() -> form.isOver() ? null : form.lastWord(forgotten(jobId))));
            return live.live(events, form::isOver, () -> form.lastWord(Closing.shuttingDown()),
                    () -> look(jobId).doOnNext(found -> {
                        if (found.state() == State.GONE) {
                            gone.tryEmitEmpty();
                        }
                    }).then());
        });
    }

    private static ApiException forgotten(String jobId) {
        return new ApiException(ErrorCode.UNKNOWN_JOB, "Job " + jobId + " is not known any more");
    }

    /** @param ended is set with the last event */
    private Flux<LoggedEvent> whole(String jobId, long after, AtomicReference<@Nullable ArmOf> arm,
            AtomicBoolean ended) {
        return read(jobId, after, arm).doOnNext(logged -> ended.compareAndSet(false, logged.event().terminal()))
                .concatWith(Flux.defer(() -> ended.get() ? Flux.empty() : read(jobId, 0, arm).takeLast(1)));
    }

    /**
     * The images that come first are told between the events of the job, as soon as they are there; on every connection anew, as they are
     * no part of its log, and never after its end.
     */
    private Flux<ServerSentEvent<String>> withDraft(Flux<ServerSentEvent<String>> events, String draft,
            String prefix) {
        Sinks.Empty<Void> over = Sinks.empty();
        Mono<ServerSentEvent<String>> told = drafts.event(draft, made(draft), prefix).takeUntilOther(over.asMono());
        return Flux.merge(1, events.doOnTerminate(over::tryEmitEmpty), told).takeUntil(LiveEvents::isLast);
    }

    /** Completes when a job has ended that may not be there yet: the job that it belongs to is stored before it. */
    private Mono<Void> made(String jobId) {
        return end(jobId).then(look(jobId)).filter(found -> found.state() == State.ENDED)
                .repeatWhenEmpty(times -> times.delayElements(AGAIN)).then();
    }

    /** Whether there is an event after a position in the log of a job that has ended. */
    public Mono<Boolean> goesOn(String jobId, long after) {
        return read(jobId, after).hasElements();
    }

    /** Completes when the job has ended, or is forgotten, by its log or by its record: the log may be away. */
    public Mono<Void> end(String jobId) {
        Mono<Void> over = Flux.interval(look.compareTo(SOON) < 0 ? look : SOON).onBackpressureDrop()
                .concatMap(beat -> look(jobId), 1)
                .filter(found -> found.state() != State.OPEN).next().then();
        return read(jobId, 0).takeUntilOther(over).then();
    }

    /** The log of a job, which a job that is not there has none of. Where it cannot be read now, it is read on later. */
    private Flux<LoggedEvent> read(String jobId, long after) {
        return read(jobId, after, new AtomicReference<>());
    }

    /** @param arm gets the job's arm before the first event */
    private Flux<LoggedEvent> read(String jobId, long after, AtomicReference<@Nullable ArmOf> arm) {
        return Flux.defer(() -> {
            var seen = new AtomicLong(after);
            return look(jobId).doOnNext(found -> arm.compareAndSet(null, found.arm()))
                    .flatMapMany(found -> found.state() == State.GONE
                            ? Flux.empty()
                            : Flux.defer(() -> log.read(jobId, seen.get())))
                    .doOnNext(logged -> seen.set(logged.position()))
                    .retryWhen(Retry.fixedDelay(Long.MAX_VALUE, AGAIN)
                            .filter(PortUnavailableException.class::isInstance));
        });
    }

    /** What a job's record says. */
    private record Found(State state, @Nullable ArmOf arm) {

        private static final Found UNKNOWN = new Found(State.OPEN, null);
    }

    private enum State {
        /** It has not ended, as far as anybody can tell. */
        OPEN,
        /** It has ended. */
        ENDED,
        /** It is forgotten, or never was. */
        GONE
    }

    /** Looks at a job's record, and sees to it that one that has ended has an event that says so. */
    private Mono<Found> look(String jobId) {
        return Blocking.call(() -> {
            Optional<JobRecord> job = store.find(jobId);
            job.ifPresent(this::repair);
            return job.map(EventStreams::found).orElse(new Found(State.GONE, null));
        }).onErrorReturn(PortUnavailableException.class, Found.UNKNOWN);
    }

    private static Found found(JobRecord job) {
        return new Found(job.state().terminal() ? State.ENDED : State.OPEN, job.request().arm());
    }

    private void repair(JobRecord job) {
        try {
            lifecycle.repair(job);
        } catch (PortUnavailableException e) {
            LOG.debug("those who watch job {} hear later of its end", job.id(), e);
        }
    }

    private static ServerSentEvent<String> encode(LoggedEvent logged, String prefix, @Nullable ArmOf arm) {
        JobEvent event = logged.event() instanceof JobEvent.Succeeded succeeded
                ? succeeded.under(prefix)
                : logged.event();
        return LiveEvents.event(logged.position(), event.type(),
                JobEventJson.write(event, arm == null ? null : arm.reference()));
    }
}
