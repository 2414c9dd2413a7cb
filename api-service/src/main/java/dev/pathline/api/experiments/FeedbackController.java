package dev.pathline.api.experiments;

import dev.pathline.api.access.Caller;
import dev.pathline.api.access.PublicPath;
import dev.pathline.api.concurrent.Blocking;
import dev.pathline.api.experiments.Feedback.Ballot;
import dev.pathline.api.experiments.PairGallery.PairPage;
import dev.pathline.api.generate.Acceptance;
import dev.pathline.api.request.BodyReader;
import dev.pathline.api.request.FeedbackReader;
import dev.pathline.api.request.GenerateRequestReader;
import dev.pathline.common.job.JobRecord;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** What an experiment's arms have made, and what people and judges say of it. */
@RestController
@Tag(name = "Experiments")
public final class FeedbackController {

    private final ExperimentService experiments;
    private final ExperimentRouting routing;
    private final Acceptance acceptance;
    private final PairGallery gallery;
    private final Feedback feedback;
    private final BodyReader bodies;

    /** A controller over the services. */
    public FeedbackController(ExperimentService experiments, ExperimentRouting routing, Acceptance acceptance,
            PairGallery gallery, Feedback feedback, BodyReader bodies) {
        this.experiments = experiments;
        this.routing = routing;
        this.acceptance = acceptance;
        this.gallery = gallery;
        this.feedback = feedback;
        this.bodies = bodies;
    }

    /** Images of the same seeds, side by side. */
    @GetMapping("/experiments/{name}/pairs")
    @Operation(summary = "What requests made in several arms from one seed, the newest first")
    public Mono<PairPage> gallery(@PathVariable String name,
            @RequestParam(defaultValue = "24") @Schema(type = "integer") String limit,
            @RequestParam(required = false) @Nullable String cursor, Caller caller,
            @Parameter(hidden = true) ServerHttpRequest http) {
        return Blocking.call(() -> gallery.page(experiments.current(name), limit, cursor, caller, PublicPath.of(http)));
    }

    /** Makes images in all arms. */
    @PostMapping("/experiments/{name}/pairs")
    @Operation(summary = "Make the same request in every arm, from one seed, to be voted on",
            description = "The body is that of POST /generate without what arms say. Of an experiment that splits its units these"
                    + " jobs are not counted, but the votes on them are.",
            responses = @ApiResponse(responseCode = "202", description = "The jobs, the control's first"))
    public Mono<ResponseEntity<Map<String, List<String>>>> pairs(@PathVariable String name, Caller caller,
            @Parameter(hidden = true) ServerHttpRequest http) {
        return bodies.json(http).flatMap(body -> Blocking.call(() -> {
            var request = GenerateRequestReader.read(body, name);
            List<JobRecord> jobs = acceptance.acceptAll(routing.paired(experiments.current(name), request), caller);
            return ResponseEntity.accepted().body(Map.of("jobs", jobs.stream().map(JobRecord::id).toList()));
        }));
    }

    /** Two images to be compared. */
    @GetMapping("/experiments/{name}/ballot")
    @Operation(summary = "Two images of one seed, of which nobody is told which arm made which",
            responses = {@ApiResponse(responseCode = "200", description = "The two jobs and their images"),
                @ApiResponse(responseCode = "204", description = "There is nothing that this voter has not seen")})
    public Mono<ResponseEntity<Ballot>> ballot(@PathVariable String name, @RequestParam String voter, Caller caller,
            @Parameter(hidden = true) ServerHttpRequest http) {
        return Blocking.call(() -> feedback.ballot(experiments.current(name), voter, caller, PublicPath.of(http))
                .map(ResponseEntity::ok).orElseGet(() -> ResponseEntity.noContent().build()));
    }

    /** Votes. */
    @PostMapping("/experiments/{name}/votes")
    @Operation(summary = "Say which of two jobs' images is better: left, right, tie or bad")
    public Mono<Map<String, Boolean>> vote(@PathVariable String name, Caller caller,
            @Parameter(hidden = true) ServerHttpRequest http) {
        return bodies.json(http).flatMap(body -> Blocking.call(() -> Map.of("counted",
                feedback.vote(experiments.current(name), FeedbackReader.vote(body), caller))));
    }

    /** Observes. */
    @PostMapping("/experiments/{name}/observations")
    @Operation(summary = "Say what was observed of a job or of a subject, such as a rating",
            description = "By its id an observation is known when it comes again; of a job the job's is its default.")
    public Mono<Map<String, Boolean>> observe(@PathVariable String name, Caller caller,
            @Parameter(hidden = true) ServerHttpRequest http) {
        return bodies.json(http).flatMap(body -> Blocking.call(() -> Map.of("counted",
                feedback.observe(experiments.current(name), FeedbackReader.observation(body), caller))));
    }

    /** Measures an arm as a whole. */
    @PutMapping("/experiments/{name}/arms/{arm}/measures/{metric}")
    @Operation(summary = "Say what was measured of all of an arm's samples, such as their Frechet distance",
            description = "What was measured before by the same name is replaced.",
            requestBody = @RequestBody(required = true, content = @Content(mediaType = "application/json",
                    schema = @Schema(type = "object"))),
            responses = @ApiResponse(responseCode = "204", description = "It is part of the report"))
    public Mono<ResponseEntity<Void>> measure(@PathVariable String name, @PathVariable String arm,
            @PathVariable String metric, @Parameter(hidden = true) ServerHttpRequest http) {
        return bodies.json(http).flatMap(body -> Blocking.run(() -> feedback.measure(experiments.current(name), arm,
                metric, FeedbackReader.measured(body)))).thenReturn(ResponseEntity.noContent().build());
    }
}
