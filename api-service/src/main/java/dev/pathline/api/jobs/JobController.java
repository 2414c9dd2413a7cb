package dev.pathline.api.jobs;

import dev.pathline.api.access.Caller;
import dev.pathline.api.access.PublicPath;
import dev.pathline.api.concurrent.Blocking;
import dev.pathline.api.events.LiveEvents;
import dev.pathline.api.request.Choice;
import dev.pathline.api.request.JobListing;
import dev.pathline.api.request.Paging;
import dev.pathline.common.error.ApiException;
import dev.pathline.common.error.ErrorCode;
import dev.pathline.common.job.JobState;
import dev.pathline.common.port.JobStore;
import dev.pathline.common.wire.ImageFormat;
import dev.pathline.common.wire.JobAnswer;
import dev.pathline.common.wire.JobPage;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** {@code /jobs}. */
@RestController
@Tag(name = "Jobs")
public final class JobController {

    private final JobService jobs;
    private final EventStreams streams;

    /** A controller over the services. */
    public JobController(JobService jobs, EventStreams streams) {
        this.jobs = jobs;
        this.streams = streams;
    }

    /** One job. */
    @GetMapping("/jobs/{id}")
    @Operation(summary = "A job: state, place in the queue, progress, timings, images")
    public Mono<JobAnswer> get(@PathVariable String id, Caller caller,
            @Parameter(hidden = true) ServerHttpRequest http) {
        return Blocking.call(() -> jobs.get(id, caller, PublicPath.of(http)));
    }

    /** Its events. */
    @GetMapping(path = "/jobs/{id}/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    @Operation(summary = "A job's events, from the beginning or after a position, up to the terminal one")
    public Mono<ResponseEntity<Flux<ServerSentEvent<String>>>> events(
            @PathVariable String id,
            Caller caller,
            @Parameter(hidden = true) ServerHttpRequest http,
            @RequestHeader(name = "Last-Event-ID", required = false) @Nullable String lastEventId,
            @RequestParam(required = false) @Nullable String after) {
        long position = LiveEvents.position(lastEventId, after);
        return Blocking.call(() -> jobs.find(id, caller)).flatMap(job -> job.state().terminal()
                ? streams.goesOn(id, position).map(more -> more
                        ? LiveEvents.answer(streams.stream(id, position, PublicPath.of(http)))
                        : LiveEvents.nothingMore())
                : Mono.just(LiveEvents.answer(streams.stream(id, position, PublicPath.of(http)))));
    }

    /** One image. */
    @GetMapping("/jobs/{id}/images/{file}")
    @Operation(summary = "An image's file: 0.png, or 0.npy for the numbers")
    public Mono<ResponseEntity<byte[]>> image(@PathVariable String id, @PathVariable String file, Caller caller) {
        int dot = file.lastIndexOf('.');
        ImageFormat format = Arrays.stream(ImageFormat.values())
                .filter(candidate -> candidate.extension().equals(file.substring(dot + 1))).findFirst().orElse(null);
        if (dot < 1 || dot > 4 || format == null || !file.substring(0, dot).matches("\\d{1,4}")) {
            return Mono.error(new ApiException(ErrorCode.UNKNOWN_IMAGE, "Images are called 0.png or 0.npy"));
        }
        int index = Integer.parseInt(file.substring(0, dot));
        return Blocking.call(() -> jobs.image(id, caller, index, format))
                // An id is never used twice, and its images never change.
                .map(bytes -> ResponseEntity.ok().contentType(MediaType.parseMediaType(format.mediaType()))
                        .cacheControl(CacheControl.maxAge(Duration.ofHours(1)).cachePrivate().immutable())
                        .eTag("\"" + id + "-" + file + "\"")
                        .header(HttpHeaders.CONTENT_DISPOSITION, "inline; filename=\"" + id + "-" + file + "\"")
                        .body(bytes));
    }

    /** Cancels it. */
    @DeleteMapping("/jobs/{id}")
    @Operation(summary = "Cancel a job; harmless if it has ended")
    public Mono<JobAnswer> cancel(@PathVariable String id, Caller caller,
            @Parameter(hidden = true) ServerHttpRequest http) {
        return Blocking.call(() -> jobs.cancel(id, caller, PublicPath.of(http)));
    }

    /** Lists. */
    @GetMapping("/jobs")
    @Operation(summary = "Jobs, newest first",
            description = "metadata.NAME=VALUE lists those with this metadata; since and before are times of their acceptance,"
                    + " such as 2026-12-01T10:00:00Z.")
    public Mono<JobPage> list(
            Caller caller,
            @Parameter(hidden = true) ServerHttpRequest http,
            @RequestParam(required = false) @Nullable String state,
            @RequestParam(required = false) @Nullable String model,
            @RequestParam(required = false) @Nullable String experiment,
            @RequestParam(required = false) @Schema(format = "date-time") @Nullable String since,
            @RequestParam(required = false) @Schema(format = "date-time") @Nullable String before,
            @RequestParam(defaultValue = "50") @Schema(type = "integer") String limit,
            @RequestParam(required = false) @Nullable String cursor) {
        JobState only = Choice.of("state", state, JobState.values(), JobState::wire);
        int most = Paging.limit(limit);
        String from = Paging.cursor(cursor);
        var query = new JobStore.Query(only, model, experiment, caller.seesOnly(),
                JobListing.metadata(http.getQueryParams()), JobListing.time("since", since),
                JobListing.time("before", before), most, from);
        return Blocking.call(() -> jobs.list(query, PublicPath.of(http)));
    }
}
