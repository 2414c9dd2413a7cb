package dev.pathline.client;

import dev.pathline.common.wire.TrainingRunAnswer;
import java.util.List;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.service.annotation.DeleteExchange;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.annotation.HttpExchange;
import org.springframework.web.service.annotation.PostExchange;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/** {@code /training-runs}. */
@HttpExchange(url = "/training-runs", accept = MediaType.APPLICATION_JSON_VALUE)
public interface TrainingApi {

    /** Starts a run, or finds the one that is at work on the same specification. */
    @PostExchange
    Mono<TrainingRunAnswer> submit(@RequestBody JsonNode specification);

    /** Starts a run of a specification in YAML. */
    @PostExchange(contentType = "application/yaml")
    Mono<TrainingRunAnswer> submitYaml(@RequestBody String specification);

    /** All runs, newest first. */
    @GetExchange
    Mono<List<TrainingRunAnswer>> list();

    /** A run. */
    @GetExchange("/{id}")
    Mono<TrainingRunAnswer> get(@PathVariable String id);

    /** Pauses a run after the step under way. */
    @PostExchange("/{id}/pause")
    Mono<TrainingRunAnswer> pause(@PathVariable String id);

    /** Lets a run go on from its last snapshot. */
    @PostExchange("/{id}/resume")
    Mono<TrainingRunAnswer> resume(@PathVariable String id, @RequestParam boolean force);

    /** Cancels a run; with {@code purge}, deletes the files of an ended one. */
    @DeleteExchange("/{id}")
    Mono<TrainingRunAnswer> cancel(@PathVariable String id, @RequestParam boolean purge);
}
