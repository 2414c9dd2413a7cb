package dev.pathline.api.training;

import dev.pathline.api.concurrent.Blocking;
import dev.pathline.api.events.LiveEvents;
import dev.pathline.common.error.ApiException;
import dev.pathline.common.error.ErrorCode;
import dev.pathline.common.port.TrainingRuns;
import dev.pathline.common.wire.TrainingRunEventJson;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The trainer's runs, for the controller. */
public final class TrainingService {

    private final @Nullable TrainingRuns runs;
    private final Duration heartbeat;

    /**
     * A service over the port.
     *
     * @param runs the trainer's runs, or null where there is no trainer
     * @param heartbeat the time between comment lines in an event stream
     */
    public TrainingService(@Nullable TrainingRuns runs, Duration heartbeat) {
        this.runs = runs;
        this.heartbeat = heartbeat;
    }

    /** Asks the port, away from the event loops; an error where there is no trainer. */
    <T> Mono<T> ask(Function<TrainingRuns, T> question) {
        return Blocking.call(() -> question.apply(required()));
    }

    /** Accepts a specification. */
    Mono<TrainingRuns.Submitted> submit(byte[] body, TrainingRuns.Format format) {
        String text = text(body);
        return ask(port -> port.submit(text, format));
    }

    /** The events of a run; an error comes before the first, so that it can still be answered as one. */
    Mono<Flux<ServerSentEvent<String>>> events(String id, long after) {
        return ask(port -> {
            port.find(id);
            return LiveEvents.withHeartbeats(
                    port.events(id, after).map(logged -> LiveEvents.event(logged.position(), logged.event().type(),
                            TrainingRunEventJson.write(logged.event()))),
                    heartbeat, Mono::empty);
        });
    }

    /** How a body of a media type is written; JSON where nothing is said. */
    static TrainingRuns.Format format(@Nullable MediaType type) {
        return type != null && isYaml(type) ? TrainingRuns.Format.YAML : TrainingRuns.Format.JSON;
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
