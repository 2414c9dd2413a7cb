package dev.pathline.client;

import dev.pathline.common.wire.JobAnswer;
import dev.pathline.common.wire.JobPage;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.service.annotation.DeleteExchange;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.annotation.HttpExchange;
import org.springframework.web.service.annotation.PostExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** {@code /generate} and {@code /jobs}. Errors are {@link PathlineException}s. */
@HttpExchange(accept = MediaType.APPLICATION_JSON_VALUE)
public interface JobsApi {

    /** Generates, and waits for the images, which come inline. Who lets go of the answer cancels the job. */
    @PostExchange("/generate")
    Mono<JobAnswer> generate(@RequestBody Generation generation,
            @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String idempotencyKey);

    /** Generates, and waits for nothing but the job. */
    @PostExchange("/generate")
    Mono<JobAnswer> submit(@RequestBody Generation generation,
            @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String idempotencyKey,
            @RequestHeader("Prefer") String prefer);

    /** Generates, and gives the picture, or a contact sheet of several. */
    @PostExchange(url = "/generate", accept = MediaType.IMAGE_PNG_VALUE)
    Mono<byte[]> picture(@RequestBody Generation generation);

    /** A job. */
    @GetExchange("/jobs/{id}")
    Mono<JobAnswer> get(@PathVariable String id);

    /** A job's events after a position, up to the last; empty (204) where nothing comes after it. */
    @GetExchange(url = "/jobs/{id}/events", accept = {MediaType.TEXT_EVENT_STREAM_VALUE,
        MediaType.APPLICATION_PROBLEM_JSON_VALUE})
    Mono<ResponseEntity<Flux<ServerSentEvent<String>>>> events(@PathVariable String id, @RequestParam long after);

    /**
     * An image's file.
     *
     * @param file {@code 0.png}, or {@code 0.npy} for the numbers
     */
    @GetExchange(url = "/jobs/{id}/images/{file}", accept = MediaType.ALL_VALUE)
    Mono<byte[]> image(@PathVariable String id, @PathVariable String file);

    /** Cancels a job; one that has ended stays as it is. Returns the job after it. */
    @DeleteExchange("/jobs/{id}")
    Mono<JobAnswer> cancel(@PathVariable String id);

    /**
     * Lists jobs, newest first.
     *
     * @param query {@code state}, {@code model}, {@code experiment}, {@code since}, {@code before}, {@code metadata.NAME},
     *        {@code limit} and {@code cursor}, as far as they are wanted
     */
    @GetExchange("/jobs")
    Mono<JobPage> list(@RequestParam MultiValueMap<String, String> query);
}
