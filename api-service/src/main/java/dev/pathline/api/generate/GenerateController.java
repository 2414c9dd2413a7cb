package dev.pathline.api.generate;

import dev.pathline.api.access.Caller;
import dev.pathline.api.access.PublicPath;
import dev.pathline.api.concurrent.Blocking;
import dev.pathline.api.concurrent.Departures;
import dev.pathline.api.generate.GenerationService.Accepted;
import dev.pathline.api.jobs.EventStreams;
import dev.pathline.api.jobs.JobAnswers;
import dev.pathline.api.request.GenerateRequestReader;
import dev.pathline.api.request.BodyReader;
import dev.pathline.common.job.Idempotency;
import dev.pathline.common.job.JobRecord;
import dev.pathline.common.wire.GenerateRequest;
import dev.pathline.common.wire.JobAnswer;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** {@code POST /generate}: accepts a job and answers it in the form that was asked for. */
@RestController
@Tag(name = "Generate")
public final class GenerateController {

    private final Acceptance acceptance;
    private final JobAnswers answers;
    private final EventStreams streams;
    private final Pictures pictures;
    private final BodyReader bodies;
    private final FinishedJobs finished;

    /**
     * A controller over the services.
     *
     * @param bodies receives bodies
     * @param finished waits for jobs, and lets go of those that nobody waits for
     */
    public GenerateController(
            Acceptance acceptance,
            JobAnswers answers,
            EventStreams streams,
            Pictures pictures,
            BodyReader bodies,
            FinishedJobs finished) {
        this.acceptance = acceptance;
        this.answers = answers;
        this.streams = streams;
        this.pictures = pictures;
        this.bodies = bodies;
        this.finished = finished;
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
    public Mono<ResponseEntity<?>> generate(Caller caller, @Parameter(hidden = true) ServerWebExchange exchange) {
        HttpHeaders headers = exchange.getRequest().getHeaders();
        AnswerKind kind = AnswerKind.accepted(headers);
        boolean async = AnswerKind.respondAsync(headers);
        String key = IdempotencyKeys.key(headers);
        return bodies.json(exchange.getRequest()).flatMap(body -> Blocking.toTheEnd(() -> {
            // How many samples may be asked for depends on the model, which is looked up.
            GenerateRequest request = GenerateRequestReader.read(body, acceptance::mostSamples);
            Idempotency idempotency = key == null ? null : IdempotencyKeys.of(key, body, caller);
            Accepted accepted = acceptance.accept(request, async ? AnswerKind.JSON : kind, idempotency, caller);
            // Only the connection that made the job cancels it: who repeats a request by its key is a guest.
            Runnable cancel = accepted.isNew() && !async && !request.detach()
                    ? () -> finished.abandon(accepted.job().id())
                    : () -> {
                    };
            Departures.onDeparture(exchange, cancel);
            return answer(accepted, kind, async, PublicPath.of(exchange.getRequest()), cancel);
        })).flatMap(answer -> answer);
    }

    private Mono<ResponseEntity<?>> answer(
            Accepted accepted, AnswerKind kind, boolean async, String prefix, Runnable cancel) {
        String id = accepted.job().id();
        if (async) {
            return Blocking.call(() -> answers.withUrls(accepted.job(), prefix))
                    .map(answer -> ArmHeader.said(ResponseEntity.accepted(), accepted.job())
                            .location(location(prefix, id))
                            .header("Preference-Applied", "respond-async").body(answer));
        }
        if (kind == AnswerKind.EVENTS) {
            return Mono.just(ok(prefix, accepted.job(), kind).header("X-Accel-Buffering", "no")
                    .body(streams.stream(id, 0, prefix).doOnCancel(cancel)));
        }
        return finished.of(id).flatMap(job -> Blocking.call(() -> kind == AnswerKind.PICTURE
                ? pictures.of(job)
                : answers.withData(job, prefix)))
                .map(body -> ok(prefix, accepted.job(), kind).body(body));
    }

    private static ResponseEntity.BodyBuilder ok(String prefix, JobRecord job, AnswerKind kind) {
        return ArmHeader.said(ResponseEntity.ok(), job).contentType(kind.type()).cacheControl(CacheControl.noStore())
                .location(location(prefix, job.id()));
    }

    private static URI location(String prefix, String id) {
        return URI.create(prefix + "/jobs/" + id);
    }
}
