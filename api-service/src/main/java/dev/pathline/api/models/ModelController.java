package dev.pathline.api.models;

import dev.pathline.api.concurrent.Blocking;
import dev.pathline.diffusion.planner.SolverCatalog;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ObjectNode;

/** {@code /models} and {@code /solvers}. */
@RestController
@Tag(name = "Models")
public final class ModelController {

    private final ModelService models;

    /** A controller over the service. */
    public ModelController(ModelService models) {
        this.models = models;
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

    /** All solvers. */
    @GetMapping("/solvers")
    @Operation(summary = "The solvers: order, cost, noise, time grids and source",
            description = "Adaptive solvers choose their own steps: they are for the library, and a request is refused.")
    public List<SolverAnswer> solvers() {
        return SolverCatalog.all().stream().map(SolverAnswer::of).toList();
    }
}
