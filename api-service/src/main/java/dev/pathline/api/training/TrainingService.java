package dev.pathline.api.training;

import dev.pathline.api.access.Admission;
import dev.pathline.api.access.Caller;
import dev.pathline.api.closing.Closing;
import dev.pathline.api.concurrent.Blocking;
import dev.pathline.api.events.LiveEvents;
import dev.pathline.common.error.ApiException;
import dev.pathline.common.error.ErrorCode;
import dev.pathline.common.port.TrainingRuns;
import dev.pathline.common.wire.TrainingRunEventJson;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.codec.ServerSentEvent;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The trainer's runs, for the controller. */
public final class TrainingService {

    private final @Nullable TrainingRuns runs;
    private final LiveEvents live;
    private final Closing closing;
    private final Admission admission;

    /**
     * A service over the port.
     *
     * @param runs the trainer's runs, or null where there is no trainer
     * @param live what every stream has
     * @param closing refuses new runs when the server stops
     * @param admission counts what keys ask for
     */
    public TrainingService(@Nullable TrainingRuns runs, LiveEvents live, Closing closing, Admission admission) {
        this.admission = admission;
        this.runs = runs;
        this.live = live;
        this.closing = closing;
    }

    /** Asks the port, away from the event loops; an error where there is no trainer. */
    <T> Mono<T> ask(Function<TrainingRuns, T> question) {
        return Blocking.call(() -> question.apply(required()));
    }

    /** Asks the port about a run that a caller sees. */
    <T> Mono<T> ask(String id, Caller caller, Function<TrainingRuns, T> question) {
        return ask(port -> {
            requireSeen(port, id, caller);
            return question.apply(port);
        });
    }

    private static void requireSeen(TrainingRuns port, String id, Caller caller) {
        if (caller.seesOnly() != null && !caller.sees(port.find(id).owner())) {
            throw new ApiException(ErrorCode.UNKNOWN_RUN, "Run " + id + " is not known here");
        }
    }

    /** Accepts a specification. */
    Mono<TrainingRuns.Submitted> submit(byte[] body, TrainingRuns.Format format, Caller caller) {
        return Blocking.call(() -> text(body)).flatMap(text -> ask(port -> {
            closing.requireOpen();
            admission.require(caller);
            return port.submit(text, format, caller.key());
        }));
    }

    /** The answer with the events of a run; an error comes before the first, so that it can still be answered as one. */
    Mono<ResponseEntity<Flux<ServerSentEvent<String>>>> events(String id, Caller caller, long after) {
        return ask(id, caller, port -> {
            boolean ended = port.find(id).hasEnded();
            Flux<ServerSentEvent<String>> events = port.events(id, after)
                    .map(logged -> LiveEvents.event(logged.position(), logged.event().type(),
                            TrainingRunEventJson.write(logged.event())));
            Mono<Boolean> more = ended ? port.events(id, after).hasElements() : Mono.just(true);
            return more.map(goesOn -> goesOn
                    ? LiveEvents.answer(live.live(events, Mono::empty))
                    : LiveEvents.nothingMore());
        }).flatMap(answer -> answer);
    }

    /** How a body of a media type is written. */
    static TrainingRuns.Format format(MediaType type) {
        return isYaml(type) ? TrainingRuns.Format.YAML : TrainingRuns.Format.JSON;
    }

    /** Whether a media type is one of YAML's names. */
    static boolean isYaml(MediaType type) {
        String subtype = type.getSubtype();
        return subtype.equals("yaml") || subtype.equals("x-yaml") || subtype.endsWith("+yaml");
    }

    private TrainingRuns required() {
        if (runs == null) {
            throw new ApiException(ErrorCode.NO_TRAINER, "This server has no trainer");
        }
        return runs;
    }

    private static String text(byte[] body) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
        } catch (CharacterCodingException e) {
            throw new ApiException(ErrorCode.INVALID_REQUEST, "The body is not UTF-8");
        }
    }
}
