package dev.pathline.api.openai;

import dev.pathline.api.access.Caller;
import dev.pathline.api.access.PublicPath;
import dev.pathline.api.concurrent.Blocking;
import dev.pathline.api.concurrent.Departures;
import dev.pathline.api.generate.Acceptance;
import dev.pathline.api.generate.ArmHeader;
import dev.pathline.api.generate.FinishedJobs;
import dev.pathline.api.generate.GenerationService.Accepted;
import dev.pathline.api.generate.IdempotencyKeys;
import dev.pathline.api.jobs.EventStreams;
import dev.pathline.api.jobs.JobAnswers;
import dev.pathline.api.jobs.JobService;
import dev.pathline.api.request.BodyReader;
import dev.pathline.api.request.ImagesRequestReader;
import dev.pathline.api.request.ImagesRequestReader.ImagesRequest;
import dev.pathline.common.error.ApiException;
import dev.pathline.common.error.ErrorCode;
import dev.pathline.common.job.Idempotency;
import dev.pathline.common.job.JobMachine;
import dev.pathline.common.job.JobRecord;
import dev.pathline.common.port.ModelRegistry;
import dev.pathline.common.port.ModelRegistry.RegisteredModel;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** {@code /v1}: what OpenAI's clients ask for. */
@RestController
@Tag(name = "OpenAI")
public final class OpenAiController {

    private final Acceptance acceptance;
    private final JobService jobs;
    private final JobAnswers answers;
    private final EventStreams streams;
    private final FinishedJobs finished;
    private final ModelRegistry models;
    private final BodyReader bodies;

    /** A controller over the services. */
    public OpenAiController(Acceptance acceptance, JobService jobs, JobAnswers answers, EventStreams streams,
            FinishedJobs finished, ModelRegistry models, BodyReader bodies) {
        this.acceptance = acceptance;
        this.jobs = jobs;
        this.answers = answers;
        this.streams = streams;
        this.finished = finished;
        this.models = models;
        this.bodies = bodies;
    }

    /** Generates. */
    @PostMapping("/v1/images/generations")
    @Operation(summary = "Generate images, as OpenAI's clients ask for them",
            description = "The prompt names a class of the model, alone or in a sentence. What POST /generate takes to say how samples are"
                    + " made (steps, solver, cfgScale, seed, experiment, ...) is taken here, too.",
            requestBody = @RequestBody(required = true,
                    content = @Content(mediaType = "application/json", schema = @Schema(type = "object"))))
    public Mono<ResponseEntity<?>> generate(Caller caller, @Parameter(hidden = true) ServerWebExchange exchange) {
        ServerHttpRequest http = exchange.getRequest();
        String key = IdempotencyKeys.key(http.getHeaders());
        return bodies.json(http).flatMap(body -> Blocking.toTheEnd(() -> {
            ImagesRequest wanted = ImagesRequestReader.read(body, acceptance::mostSamples);
            requireSize(wanted);
            Idempotency idempotency = key == null ? null : IdempotencyKeys.of(key, body, caller);
            Accepted accepted = accept(wanted, idempotency, caller);
            Runnable cancel = accepted.isNew()
                    ? () -> finished.abandon(accepted.job().id())
                    : () -> {
                    };
            Departures.onDeparture(exchange, cancel);
            return wanted.stream()
                    ? Mono.<ResponseEntity<?>>just(stream(wanted, accepted.job()))
                    : whole(wanted, accepted.job(), http);
        })).flatMap(answer -> answer);
    }

    private Accepted accept(ImagesRequest wanted, @Nullable Idempotency idempotency, Caller caller) {
        try {
            return acceptance.acceptPictures(wanted.request(), idempotency, caller);
        } catch (ApiException e) {
            // A full queue and the like say when to try again, and name no field.
            throw e.errors().isEmpty() ? e : ImagesRequestReader.renamed(e);
        }
    }

    private ResponseEntity<?> stream(ImagesRequest wanted, JobRecord job) {
        return ArmHeader.said(ResponseEntity.ok(), job).contentType(MediaType.TEXT_EVENT_STREAM)
                .cacheControl(CacheControl.noStore()).header("X-Accel-Buffering", "no")
                .body(streams.stream(job.id(), new ImageEvents(job, jobs, answers, wanted.partialImages())));
    }

    private Mono<ResponseEntity<?>> whole(ImagesRequest wanted, JobRecord accepted, ServerHttpRequest http) {
        String prefix = PublicPath.of(http);
        return finished.of(accepted.id()).flatMap(job -> Blocking.call(() -> ImagesAnswer.of(job, wanted.urls()
                ? JobMachine.images(job).stream().map(image -> image.under(prefix)).toList()
                : answers.images(job, prefix), wanted.urls(), server(http))))
                .map(answer -> ArmHeader.said(ResponseEntity.ok(), accepted).cacheControl(CacheControl.noStore())
                        .body(answer));
    }

    /** Where the client reaches the server, by its own words or its proxy's. */
    private static String server(ServerHttpRequest http) {
        URI uri = http.getURI();
        return uri.getScheme() + "://" + uri.getRawAuthority();
    }

    /** A model has one size; of an experiment the arms decide. */
    private void requireSize(ImagesRequest wanted) {
        if (wanted.size() == null || wanted.request().experiment() != null) {
            return;
        }
        models.resolve(wanted.request().model()).map(model -> model.card().shape()).filter(shape -> shape.size() == 3)
                .map(shape -> shape.get(2) + "x" + shape.get(1)).filter(size -> !size.equals(wanted.size()))
                .ifPresent(size -> {
                    throw ApiException.of(ErrorCode.UNPROCESSABLE, "size", "must be " + size + " or auto: model '"
                            + wanted.request().model() + "' makes images of that size alone");
                });
    }

    /** The models. */
    @GetMapping("/v1/models")
    @Operation(summary = "The models, as OpenAI's clients list them")
    public Mono<Map<String, Object>> models() {
        return Blocking.call(() -> Map.of("object", "list", "data", models.list().stream().map(RegisteredModel::name)
                .distinct().map(OpenAiController::answer).toList()));
    }

    /** One model. */
    @GetMapping("/v1/models/{model}")
    @Operation(summary = "A model, as OpenAI's clients ask for it")
    public Mono<Map<String, Object>> model(@PathVariable String model) {
        return Blocking.call(() -> models.resolve(model).map(found -> answer(model)).orElseThrow(
                () -> ApiException.of(ErrorCode.UNKNOWN_MODEL, "model", "'" + model + "' is not here")));
    }

    private static Map<String, Object> answer(String model) {
        return Map.of("id", model, "object", "model", "created", 0, "owned_by", "pathline");
    }
}
