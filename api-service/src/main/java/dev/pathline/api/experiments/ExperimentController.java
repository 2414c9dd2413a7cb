package dev.pathline.api.experiments;

import dev.pathline.api.access.Caller;
import dev.pathline.api.access.PublicPath;
import dev.pathline.api.concurrent.Blocking;
import dev.pathline.api.experiments.ReportAnswer.GoalAnswer;
import dev.pathline.api.request.BodyReader;
import dev.pathline.api.request.ExperimentReader;
import dev.pathline.common.experiment.Experiment;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ObjectNode;

/** {@code /experiments}: what is designed, started, stopped and known. */
@RestController
@Tag(name = "Experiments")
public final class ExperimentController {

    private final ExperimentService experiments;
    private final Reports reports;
    private final BodyReader bodies;

    /** A controller over the services. */
    public ExperimentController(ExperimentService experiments, Reports reports, BodyReader bodies) {
        this.experiments = experiments;
        this.reports = reports;
        this.bodies = bodies;
    }

    /** All experiments. */
    @GetMapping("/experiments")
    @Operation(summary = "The experiments, each in its newest version")
    public Mono<List<ObjectNode>> list() {
        return Blocking.call(() -> experiments.list().stream().map(ExperimentAnswer::of).toList());
    }

    /** Makes one. */
    @PostMapping("/experiments")
    @Operation(summary = "Design an experiment",
            description = "It is a draft until it is started. The first arm is the control. Where it does not say how many units"
                    + " are planned, they are as many as find the goal's difference four times in five.",
            requestBody = @RequestBody(required = true, content = @Content(mediaType = "application/json",
                    schema = @Schema(type = "object"))),
            responses = @ApiResponse(responseCode = "201", description = "The draft"))
    public Mono<ResponseEntity<ObjectNode>> create(Caller caller, @Parameter(hidden = true) ServerHttpRequest http) {
        return bodies.json(http).flatMap(body -> Blocking.call(() -> {
            Experiment made = experiments.create(ExperimentReader.read(body, null).by(caller::signs));
            return ResponseEntity.created(URI.create(PublicPath.of(http) + "/experiments/" + made.name()))
                    .body(ExperimentAnswer.of(made));
        }));
    }

    /** Changes one. */
    @PutMapping("/experiments/{name}")
    @Operation(summary = "Change a draft, or make a new version of an experiment that has started",
            requestBody = @RequestBody(required = true, content = @Content(mediaType = "application/json",
                    schema = @Schema(type = "object"))))
    public Mono<ObjectNode> change(@PathVariable String name, Caller caller,
            @Parameter(hidden = true) ServerHttpRequest http) {
        return bodies.json(http).flatMap(body -> Blocking.call(
                () -> ExperimentAnswer.of(experiments.change(ExperimentReader.read(body, name).by(caller::signs)))));
    }

    /** One. */
    @GetMapping("/experiments/{name}")
    @Operation(summary = "An experiment: its design, its state, and who did what")
    public Mono<ObjectNode> get(@PathVariable String name, @RequestParam(required = false) @Nullable Integer version) {
        return Blocking.call(() -> ExperimentAnswer.of(experiments.find(name, version)));
    }

    /** Starts it. */
    @PostMapping("/experiments/{name}/start")
    @Operation(summary = "Start the newest version; one of before that runs is stopped")
    public Mono<ObjectNode> start(@PathVariable String name, Caller caller,
            @Parameter(hidden = true) ServerHttpRequest http) {
        return done(name, caller, http, experiments::start);
    }

    /** Stops it. */
    @PostMapping("/experiments/{name}/stop")
    @Operation(
            summary = "Stop an experiment: from now on everybody is served the control, to whose version its alias goes back")
    public Mono<ObjectNode> stop(@PathVariable String name, Caller caller,
            @Parameter(hidden = true) ServerHttpRequest http) {
        return done(name, caller, http, experiments::stop);
    }

    /** Decides it. */
    @PostMapping("/experiments/{name}/decide")
    @Operation(summary = "Choose an arm: from now on everybody is served that, and the experiment's alias points to it")
    public Mono<ObjectNode> decide(@PathVariable String name, Caller caller,
            @Parameter(hidden = true) ServerHttpRequest http) {
        return done(name, caller, http, experiments::decide);
    }

    private Mono<ObjectNode> done(String name, Caller caller, ServerHttpRequest http,
            BiFunction<String, ExperimentReader.Deed, Experiment> deed) {
        return bodies.json(http).flatMap(body -> Blocking.call(
                () -> ExperimentAnswer.of(deed.apply(name, ExperimentReader.deed(body).by(caller::signs)))));
    }

    /** What is known of it. */
    @GetMapping("/experiments/{name}/report")
    @Operation(summary = "What is known: each arm, differences from the control with intervals, and a verdict",
            description = "The intervals of differences hold however often one looks.")
    public Mono<ReportAnswer> report(@PathVariable String name,
            @RequestParam(required = false) @Nullable Integer version) {
        return Blocking.call(() -> reports.of(version == null
                ? experiments.current(name)
                : experiments.find(name, version)));
    }

    /** For rollout controllers and for Prometheus. */
    @GetMapping("/experiments/{name}/metrics")
    @Operation(summary = "The goal's difference as value, with a verdict, for a rollout controller",
            description = "Prometheus, which accepts plain text, gets all that is measured.",
            responses = @ApiResponse(responseCode = "200", description = "What is known", content = {
                @Content(mediaType = "application/json", schema = @Schema(implementation = GoalAnswer.class)),
                @Content(mediaType = "text/plain", schema = @Schema(type = "string"))}))
    public Mono<ResponseEntity<?>> metrics(@PathVariable String name,
            @RequestParam(required = false) @Nullable String arm, @Parameter(hidden = true) ServerHttpRequest http) {
        boolean text = http.getHeaders().getAccept().stream()
                .anyMatch(type -> !type.isWildcardType() && type.isCompatibleWith(MediaType.TEXT_PLAIN));
        return Blocking.call(() -> {
            Experiment experiment = experiments.current(name);
            return text
                    ? ResponseEntity.ok().contentType(MediaType.TEXT_PLAIN)
                            .body(Exposition.of(reports.of(experiment)))
                    : ResponseEntity.ok(reports.goal(experiment, experiments.treatment(experiment, arm)));
        });
    }
}
