package dev.pathline.api.models;

import dev.pathline.api.concurrent.Blocking;
import dev.pathline.api.request.AliasRequestReader;
import dev.pathline.api.request.AliasRequestReader.AliasRequest;
import dev.pathline.api.request.BodyReader;
import dev.pathline.diffusion.planner.SolverCatalog;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ObjectNode;

/** {@code /models} and {@code /solvers}. */
@RestController
@Tag(name = "Models")
public final class ModelController {

    private final ModelService models;
    private final BodyReader bodies;

    /**
     * A controller over the service.
     *
     * @param bodies receives bodies
     */
    public ModelController(ModelService models, BodyReader bodies) {
        this.models = models;
        this.bodies = bodies;
    }

    /** All models. */
    @GetMapping("/models")
    @Operation(summary = "The models: their cards, accepted solvers, versions and aliases")
    public Mono<List<ObjectNode>> list() {
        return Blocking.call(models::list);
    }

    /** One model. */
    @GetMapping("/models/{name}")
    @Operation(summary = "A model, by name, name@version or name@alias")
    public Mono<ObjectNode> get(@PathVariable String name) {
        return Blocking.call(() -> models.get(name));
    }

    /** What a model's samples are distributed by. */
    @GetMapping("/models/{name}/mixture")
    @Operation(summary = "What a model's samples are distributed by, where that is known exactly",
            description = "Models that are the closed form of a mixture of Gaussians, such as mixture-2d, are known; for"
                    + " any other the answer is 204.",
            responses = {
                @ApiResponse(responseCode = "200", description = "The mixture",
                        content = @Content(mediaType = "application/json",
                                schema = @Schema(implementation = KnownMixture.class))),
                @ApiResponse(responseCode = "204", description = "It is not known", content = @Content)})
    public Mono<ResponseEntity<KnownMixture>> mixture(@PathVariable String name) {
        return Blocking.call(() -> models.mixture(name)
                .map(ResponseEntity::ok).orElseGet(() -> ResponseEntity.noContent().build()));
    }

    /** Moves an alias. */
    @PutMapping("/models/{name}/aliases/{alias}")
    @Operation(summary = "Let an alias point to a version",
            description = "Atomic. With expected, only if the alias points to that version now (\"\" for a new alias), else"
                    + " 409. Jobs that were accepted before keep their version.",
            requestBody = @RequestBody(required = true, content = @Content(mediaType = "application/json",
                    schema = @Schema(implementation = AliasRequest.class))))
    public Mono<AliasAnswer> move(@PathVariable String name, @PathVariable String alias,
            @Parameter(hidden = true) ServerHttpRequest http) {
        return bodies.json(http).flatMap(body -> Blocking.call(() -> {
            AliasRequest request = AliasRequestReader.read(body);
            return models.move(name, alias, request.version(), request.expected());
        }));
    }

    /** Takes an alias away. */
    @DeleteMapping("/models/{name}/aliases/{alias}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(summary = "Take an alias away", description = "With expected, only if it points to that version now.")
    public Mono<Void> remove(@PathVariable String name, @PathVariable String alias,
            @RequestParam(required = false) @Nullable String expected) {
        return Blocking.call(() -> {
            models.remove(name, alias, expected);
            return true;
        }).then();
    }

    /** All solvers. */
    @GetMapping("/solvers")
    @Operation(summary = "The solvers: order, cost, noise, time grids and source",
            description = "Adaptive solvers choose their own steps: they are for the library, and a request is refused.")
    public List<SolverAnswer> solvers() {
        return SolverCatalog.all().stream().map(SolverAnswer::of).toList();
    }
}
