package dev.pathline.http;

import org.jspecify.annotations.Nullable;
import dev.pathline.common.port.TrainingRuns.Format;
import dev.pathline.common.wire.TrainingRunAnswer;
import dev.pathline.common.wire.TrainingRunEvent;
import java.util.List;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.service.annotation.DeleteExchange;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.annotation.HttpExchange;
import org.springframework.web.service.annotation.PostExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What a trainer offers to the services beside it, {@link dev.pathline.common.port.TrainingRuns} in HTTP. One interface is both sides: the trainer implements it,
 * and others call it. Errors are a {@link TrainerProblem}, in JSON whatever else was asked for. Clients of Pathline do not see it: they use {@code /training-runs}
 * of the API.
 */
@HttpExchange("/trainer/runs")
interface TrainerExchange {

    /** 202 with a new run, 200 with the one that is at work on it. */
    @PostExchange(contentType = MediaType.TEXT_PLAIN_VALUE)
    Mono<ResponseEntity<TrainingRunAnswer>> submit(@RequestParam Format format,
            @RequestParam(required = false) @Nullable String owner, @RequestBody String specification);

    @GetExchange
    Mono<List<TrainingRunAnswer>> list();

    @GetExchange("/{id}")
    Mono<TrainingRunAnswer> find(@PathVariable String id);

    @PostExchange("/{id}/pause")
    Mono<TrainingRunAnswer> pause(@PathVariable String id);

    @PostExchange("/{id}/resume")
    Mono<TrainingRunAnswer> resume(@PathVariable String id, @RequestParam boolean force);

    @PostExchange("/{id}/cancel")
    Mono<TrainingRunAnswer> cancel(@PathVariable String id);

    @DeleteExchange("/{id}")
    Mono<TrainingRunAnswer> purge(@PathVariable String id);

    @GetExchange(url = "/{id}/events", accept = {MediaType.TEXT_EVENT_STREAM_VALUE,
        MediaType.APPLICATION_JSON_VALUE})
    Flux<ServerSentEvent<String>> events(@PathVariable String id, @RequestParam long after);

    @GetExchange("/{id}/progress")
    Mono<List<TrainingRunEvent.Progress>> progress(@PathVariable String id);

    /** A PNG, or 204. */
    @GetExchange(url = "/{id}/sheets/{step}", accept = {MediaType.APPLICATION_OCTET_STREAM_VALUE,
        MediaType.APPLICATION_JSON_VALUE})
    Mono<byte[]> sheet(@PathVariable String id, @PathVariable long step);

    /** An HTML page, or 204. */
    @GetExchange(url = "/{id}/report", accept = {MediaType.APPLICATION_OCTET_STREAM_VALUE,
        MediaType.APPLICATION_JSON_VALUE})
    Mono<byte[]> report(@PathVariable String id);
}
