package dev.pathline.client;

import java.util.List;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.annotation.HttpExchange;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/** {@code /models} and {@code /solvers}. Cards are as their files are, with solvers, versions and aliases beside it. */
@HttpExchange(accept = MediaType.APPLICATION_JSON_VALUE)
public interface ModelsApi {

    /** All models. */
    @GetExchange("/models")
    Mono<List<JsonNode>> list();

    /** A model, by {@code name}, {@code name@version} or {@code name@alias}. */
    @GetExchange("/models/{name}")
    Mono<JsonNode> get(@PathVariable String name);

    /** The solvers. */
    @GetExchange("/solvers")
    Mono<List<JsonNode>> solvers();
}
