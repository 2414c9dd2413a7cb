package dev.pathline.api.generate;

import dev.pathline.api.concurrent.Blocking;
import dev.pathline.api.generate.GenerationService.Accepted;
import dev.pathline.api.jobs.EventStreams;
import dev.pathline.api.jobs.JobAnswers;
import dev.pathline.api.jobs.JobService;
import dev.pathline.api.request.GenerateRequestReader;
import dev.pathline.api.request.JsonBody;
import dev.pathline.common.error.ApiException;
import dev.pathline.common.error.ErrorCode;
import dev.pathline.common.job.Idempotency;
import dev.pathline.common.job.JobRecord;
import dev.pathline.common.job.JobState;
import dev.pathline.common.wire.GenerateRequest;
import dev.pathline.common.wire.JobAnswer;
import dev.pathline.common.wire.JobError;
import dev.pathline.common.wire.Preview;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** {@code POST /generate}: accepts a job and answers it in the form that was asked for. */
@RestController
@Tag(name = "Generate")
public final class GenerateController {

    private final RequestResolver resolver;
    private final GenerationService generation;
    private final JobService jobs;
    private final JobAnswers answers;
    private final EventStreams streams;
    private final Pictures pictures;
    private final int maxBody;

    /**
     * A controller over the services.
     *
     * @param maxBody the largest body in bytes
     */
    public GenerateController(
            RequestResolver resolver,
            GenerationService generation,
            JobService jobs,
            JobAnswers answers,
            EventStreams streams,
            Pictures pictures,
            int maxBody) {
        this.resolver = resolver;
        this.generation = generation;
        this.jobs = jobs;
        this.answers = answers;
        this.streams = streams;
        this.pictures = pictures;
        this.maxBody = maxBody;
    }

    /** Generates. */
    @PostMapping("/generate")
    @Operation(summary = "Generate images",
            description = "Accept chooses the answer: application/json waits for the images, text/event-stream tells "
                    + "every step as it happens, image/png is the picture or a contact sheet. With Prefer: "
                    + "respond-async the answer is 202 with the job's address. A closed connection cancels the job "
                    + "unless it is detached or asynchronous.",
            requestBody = @RequestBody(required = true,
                    content = @Content(
                            mediaType = "application/json", schema = @Schema(implementation = GenerateRequest.class))),
            responses = {
                @ApiResponse(responseCode = "200", description = "The images", content = {
                    @Content(mediaType = "application/json", schema = @Schema(implementation = JobAnswer.class)),
                    @Content(mediaType = "text/event-stream", schema = @Schema(type = "string")),
                    @Content(mediaType = "image/png", schema = @Schema(type = "string", format = "binary"))}),
                @ApiResponse(responseCode = "202", description = "Accepted, see the Location header",
                        content = @Content(mediaType = "application/json",
                                schema = @Schema(implementation = JobAnswer.class)))})
    public Mono<ResponseEntity<?>> generate(@Parameter(hidden = true) ServerHttpRequest http) {
        HttpHeaders headers = http.getHeaders();
        AnswerKind kind = AnswerKind.accepted(headers);
        boolean async = AnswerKind.respondAsync(headers);
        String key = IdempotencyKeys.key(headers);
        return JsonBody.bytes(http, maxBody).flatMap(body -> {
            Idempotency idempotency = key == null ? null : IdempotencyKeys.of(key, body);
            // How many samples may be asked for depends on the model, which is looked up.
            return Blocking
                    .call(() -> withPreview(GenerateRequestReader.read(body, resolver::mostSamples), kind, async))
                    .flatMap(request -> Blocking.call(() -> generation.accept(
                            resolver.resolve(request, kind == AnswerKind.PICTURE && !async), idempotency))
                            .flatMap(accepted -> answer(accepted, kind, async, request.detach())));
        });
    }

    private Mono<ResponseEntity<?>> answer(Accepted accepted, AnswerKind kind, boolean async, boolean detach) {
        String id = accepted.job().id();
        if (async) {
            return Blocking.call(() -> answers.withUrls(accepted.job()))
                    .map(answer -> ResponseEntity.accepted().location(location(id))
                            .header("Preference-Applied", "respond-async").body(answer));
        }
        // Only the connection that made the job cancels it: who repeats a request by its key is a guest.
        Runnable onClose = () -> {
            if (accepted.isNew() && !detach) {
                Blocking.run(() -> jobs.cancel(id)).onErrorComplete().subscribe();
            }
        };
        if (kind == AnswerKind.EVENTS) {
            Flux<ServerSentEvent<String>> events = streams.stream(id, 0).doOnCancel(onClose);
            return Mono.just(ok(id, kind).header("X-Accel-Buffering", "no").body(events));
        }
        return streams.end(id).then(Blocking.call(() -> finished(id, kind))).doOnCancel(onClose)
                .map(body -> ok(id, kind).body(body));
    }

    private Object finished(String id, AnswerKind kind) {
        JobRecord job = jobs.find(id);
        if (job.state() != JobState.SUCCEEDED) {
            throw unsuccessful(job);
        }
        return kind == AnswerKind.PICTURE ? pictures.of(job) : answers.withData(job);
    }

    private static ApiException unsuccessful(JobRecord job) {
        JobError error = job.error();
        String detail = "Job " + job.id() + " is " + job.state().wire();
        return switch (job.state()) {
            case CANCELLED -> new ApiException(ErrorCode.JOB_CANCELLED, detail);
            case EXPIRED -> new ApiException(ErrorCode.JOB_EXPIRED, detail);
            default -> new ApiException(code(error), error == null ? detail : detail + ": " + error.message());
        };
    }

    private static ErrorCode code(@Nullable JobError error) {
        return Arrays.stream(ErrorCode.values()).filter(code -> error != null && code.wire().equals(error.code()))
                .findFirst().orElse(ErrorCode.GENERATION_FAILED);
    }

    private static GenerateRequest withPreview(GenerateRequest request, AnswerKind kind, boolean async) {
        return kind == AnswerKind.EVENTS && !async && request.preview() == null
                ? request.withPreview(Preview.EVERY_STEP)
                : request;
    }

    private static ResponseEntity.BodyBuilder ok(String id, AnswerKind kind) {
        return ResponseEntity.ok().contentType(kind.type()).cacheControl(CacheControl.noStore())
                .location(location(id));
    }

    private static URI location(String id) {
        return URI.create("/jobs/" + id);
    }
}
