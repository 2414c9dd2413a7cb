package dev.pathline.api.training;

import dev.pathline.api.access.Caller;
import dev.pathline.api.access.PublicPath;
import dev.pathline.api.events.LiveEvents;
import dev.pathline.api.request.BodyReader;
import dev.pathline.common.error.ApiException;
import dev.pathline.common.error.ErrorCode;
import dev.pathline.common.wire.TrainingRunAnswer;
import dev.pathline.common.wire.TrainingRunEvent;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.util.DigestUtils;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** {@code /training-runs}. */
@RestController
@Tag(name = "Training")
public final class TrainingController {

    private final TrainingService training;
    private final BodyReader bodies;

    /**
     * A controller over the service.
     *
     * @param bodies receives bodies
     */
    public TrainingController(TrainingService training, BodyReader bodies) {
        this.training = training;
        this.bodies = bodies;
    }

    /** Accepts a run. */
    @PostMapping("/training-runs")
    @Operation(summary = "Start a training run",
            description = "The specification is checked whole, with its data and its network, before it is accepted; "
                    + "all mistakes are told at once. The same specification again, while its run has not ended, is "
                    + "answered with that run.",
            requestBody = @RequestBody(required = true, content = {
                @Content(mediaType = "application/json", schema = @Schema(type = "object")),
                @Content(mediaType = "application/yaml", schema = @Schema(type = "string"))}),
            responses = {
                @ApiResponse(responseCode = "202", description = "Accepted, see the Location header",
                        content = @Content(mediaType = "application/json",
                                schema = @Schema(implementation = TrainingRunAnswer.class))),
                @ApiResponse(responseCode = "200", description = "It is at work already",
                        content = @Content(mediaType = "application/json",
                                schema = @Schema(implementation = TrainingRunAnswer.class)))})
    public Mono<ResponseEntity<TrainingRunAnswer>> submit(Caller caller,
            @Parameter(hidden = true) ServerHttpRequest http) {
        return bodies.read(http, TrainingService::isYaml)
                .flatMap(body -> training.submit(body,
                        TrainingService.format(BodyReader.contentType(http.getHeaders())), caller))
                .map(submitted -> ResponseEntity.status(submitted.isNew() ? HttpStatus.ACCEPTED : HttpStatus.OK)
                        .location(URI.create(PublicPath.of(http) + "/training-runs/" + submitted.run().id()))
                        .body(submitted.run()));
    }

    /** All runs. */
    @GetMapping("/training-runs")
    @Operation(summary = "Training runs, newest first, without their specifications")
    public Mono<List<TrainingRunAnswer>> list(Caller caller) {
        return training.ask(runs -> runs.list().stream().filter(run -> caller.sees(run.owner())).toList());
    }

    /** One run. */
    @GetMapping("/training-runs/{id}")
    @Operation(summary = "A training run: state, place in the queue, progress, sheets, result, specification")
    public Mono<TrainingRunAnswer> get(@PathVariable String id, Caller caller) {
        return training.ask(id, caller, runs -> runs.find(id));
    }

    /** Its events. */
    @GetMapping(path = "/training-runs/{id}/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    @Operation(summary = "A run's events, from the beginning or after a position, up to the terminal one")
    public Mono<ResponseEntity<Flux<ServerSentEvent<String>>>> events(
            @PathVariable String id, Caller caller,
            @RequestHeader(name = "Last-Event-ID", required = false) @Nullable String lastEventId,
            @RequestParam(required = false) @Nullable String after) {
        return training.events(id, caller, LiveEvents.position(lastEventId, after));
    }

    /** Pauses it. */
    @PostMapping("/training-runs/{id}/pause")
    @Operation(summary = "Pause a run: it writes a snapshot, and is paused when its event says so")
    public Mono<TrainingRunAnswer> pause(@PathVariable String id, Caller caller) {
        return training.ask(id, caller, runs -> runs.pause(id));
    }

    /** Lets it go on. */
    @PostMapping("/training-runs/{id}/resume")
    @Operation(summary = "Let a paused or a failed run go on from its last snapshot",
            description = "A snapshot of other settings, other data or other code is refused with every difference named; "
                    + "with force=true the run goes on from it all the same, and is none that could be repeated.")
    public Mono<TrainingRunAnswer> resume(@PathVariable String id, Caller caller,
            @RequestParam(defaultValue = "false") boolean force) {
        return training.ask(id, caller, runs -> runs.resume(id, force));
    }

    /** Cancels it. */
    @DeleteMapping("/training-runs/{id}")
    @Operation(summary = "Cancel a run, harmless if it has ended; with purge=true, delete the files of an ended one",
            description = "A run that is answered as cancelled leaves no model. One whose result is being delivered is "
                    + "refused (409): it is too late.")
    public Mono<TrainingRunAnswer> cancel(@PathVariable String id, Caller caller,
            @RequestParam(defaultValue = "false") boolean purge) {
        return training.ask(id, caller, runs -> purge ? runs.purge(id) : runs.cancel(id));
    }

    /** The points of its curves. */
    @GetMapping("/training-runs/{id}/progress")
    @Operation(summary = "The points of a run's curves, in order")
    public Mono<List<TrainingRunEvent.Progress>> progress(@PathVariable String id, Caller caller) {
        return training.ask(id, caller, runs -> runs.progress(id));
    }

    /** A sheet. */
    @GetMapping("/training-runs/{id}/sheets/{file}")
    @Operation(summary = "A sheet of samples: STEP.png")
    public Mono<ResponseEntity<byte[]>> sheet(@PathVariable String id, @PathVariable String file, Caller caller) {
        if (!file.matches("\\d{1,18}\\.png")) {
            return Mono.error(new ApiException(ErrorCode.UNKNOWN_RUN_FILE, "Sheets are called 500.png"));
        }
        long step = Long.parseLong(file.substring(0, file.length() - ".png".length()));
        return training.ask(id, caller, runs -> runs.sheet(id, step).orElseThrow(() -> new ApiException(
                ErrorCode.UNKNOWN_RUN_FILE, "Run " + id + " has no sheet of step " + step)))
                .map(bytes -> revalidated(bytes).contentType(MediaType.IMAGE_PNG).body(bytes));
    }

    /** The report. */
    @GetMapping("/training-runs/{id}/report")
    @Operation(summary = "The report, an HTML page")
    public Mono<ResponseEntity<byte[]>> report(@PathVariable String id, Caller caller) {
        return training.ask(id, caller, runs -> runs.report(id).orElseThrow(
                () -> new ApiException(ErrorCode.UNKNOWN_RUN_FILE, "Run " + id + " has no report yet")))
                .map(bytes -> revalidated(bytes).contentType(MediaType.parseMediaType("text/html;charset=UTF-8"))
                        // It shows what a specification says: nothing of it is run.
                        .header("Content-Security-Policy",
                                "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'")
                        .body(bytes));
    }

    /**
     * An answer that is asked for again each time, and not sent again while it is the same: a step is done anew, and its
     * sheet with it, after a run was killed or forced to go on with other settings.
     */
    private static ResponseEntity.BodyBuilder revalidated(byte[] bytes) {
        return ResponseEntity.ok().cacheControl(CacheControl.noCache().cachePrivate())
                .eTag("\"" + DigestUtils.md5DigestAsHex(bytes) + "\"");
    }
}
