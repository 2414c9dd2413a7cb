package dev.pathline.http;

import org.jspecify.annotations.Nullable;
import dev.pathline.common.error.ApiException;
import dev.pathline.common.port.TrainingRuns;
import dev.pathline.common.port.TrainingRuns.Format;
import dev.pathline.common.port.TrainingRuns.LoggedRunEvent;
import dev.pathline.common.wire.TrainingRunAnswer;
import dev.pathline.common.wire.TrainingRunEvent;
import dev.pathline.common.wire.TrainingRunEventJson;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Offers a trainer's runs to other processes. */
@RestController
public final class TrainerEndpoint implements TrainerExchange {

    /** How long it is silent at most: shorter than whatever lies between closes a silent connection. */
    static final Duration HEARTBEAT = Duration.ofSeconds(10);

    private final TrainingRuns runs;

    /** Offers these runs. */
    public TrainerEndpoint(TrainingRuns runs) {
        this.runs = runs;
    }

    private static <T> Mono<T> call(Callable<T> question) {
        return Mono.fromCallable(question).subscribeOn(Schedulers.boundedElastic());
    }

    @Override
    public Mono<ResponseEntity<TrainingRunAnswer>> submit(Format format, @Nullable String owner,
            String specification) {
        return call(() -> runs.submit(specification, format, owner)).map(submitted -> ResponseEntity
                .status(submitted.isNew() ? HttpStatus.ACCEPTED : HttpStatus.OK).body(submitted.run()));
    }

    @Override
    public Mono<List<TrainingRunAnswer>> list() {
        return call(runs::list);
    }

    @Override
    public Mono<TrainingRunAnswer> find(String id) {
        return call(() -> runs.find(id));
    }

    @Override
    public Mono<TrainingRunAnswer> pause(String id) {
        return call(() -> runs.pause(id));
    }

    @Override
    public Mono<TrainingRunAnswer> resume(String id, boolean force) {
        return call(() -> runs.resume(id, force));
    }

    @Override
    public Mono<TrainingRunAnswer> cancel(String id) {
        return call(() -> runs.cancel(id));
    }

    @Override
    public Mono<TrainingRunAnswer> purge(String id) {
        return call(() -> runs.purge(id));
    }

    /** An error comes before the first event, so that it can still be answered as one. */
    @Override
    public Flux<ServerSentEvent<String>> events(String id, long after) {
        return call(() -> runs.find(id)).flatMapMany(run -> Flux.merge(
                runs.events(id, after).map(TrainerEndpoint::encode).materialize(),
                Flux.interval(HEARTBEAT).onBackpressureDrop()
                        .map(beat -> ServerSentEvent.<String>builder().comment("").build()).materialize())
                .dematerialize());
    }

    private static ServerSentEvent<String> encode(LoggedRunEvent logged) {
        return ServerSentEvent.<String>builder(TrainingRunEventJson.write(logged.event()))
                .id(Long.toString(logged.position())).event(logged.event().type()).build();
    }

    @Override
    public Mono<List<TrainingRunEvent.Progress>> progress(String id) {
        return call(() -> runs.progress(id));
    }

    @Override
    public Mono<byte[]> sheet(String id, long step) {
        return call(() -> runs.sheet(id, step)).flatMap(TrainerEndpoint::orNothing);
    }

    @Override
    public Mono<byte[]> report(String id) {
        return call(() -> runs.report(id)).flatMap(TrainerEndpoint::orNothing);
    }

    private static Mono<byte[]> orNothing(Optional<byte[]> file) {
        return Mono.justOrEmpty(file);
    }

    @ExceptionHandler
    ResponseEntity<TrainerProblem> problem(ApiException e) {
        return ResponseEntity.status(e.code().status()).contentType(MediaType.APPLICATION_JSON)
                .body(TrainerProblem.of(e));
    }
}
