package dev.pathline.client;

import dev.pathline.common.error.FieldError;
import dev.pathline.common.wire.JobAnswer;
import dev.pathline.common.wire.JobEvent;
import dev.pathline.common.wire.JobEventJson;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.support.WebClientAdapter;
import org.springframework.web.service.invoker.HttpServiceProxyFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * A server of Pathline. Safe for use by many threads; holds nothing that has to be closed. What the server refuses is a {@link
 * PathlineException}; what cannot be reached is what {@link WebClient} throws.
 */
public final class PathlineClient {

    /** 64 images of some megapixels, as base 64. */
    private static final int MAX_BYTES = 256 << 20;
    private static final Duration AGAIN = Duration.ofMillis(500);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(8);
    /** Three heartbeats at their slowest. */
    private static final Duration SILENCE = Duration.ofSeconds(45);
    private static final Set<String> LAST = Set.of("succeeded", "failed", "cancelled", "expired");

    private final JobsApi jobs;
    private final ModelsApi models;
    private final TrainingApi training;
    private final WebhooksApi webhooks;

    private PathlineClient(HttpServiceProxyFactory factory) {
        this.jobs = factory.createClient(JobsApi.class);
        this.models = factory.createClient(ModelsApi.class);
        this.training = factory.createClient(TrainingApi.class);
        this.webhooks = factory.createClient(WebhooksApi.class);
    }

    /**
     * A server.
     *
     * @param address where it is, such as {@code http://localhost:8080}
     */
    public static Builder at(URI address) {
        return new Builder(address);
    }

    /** How a server is asked. */
    public static final class Builder {

        private final URI address;
        private WebClient.Builder http = WebClient.builder();
        private @Nullable String key;

        private Builder(URI address) {
            this.address = address;
        }

        /** By this API key; null or blank for none. */
        public Builder key(@Nullable String text) {
            key = text == null || text.isBlank() ? null : text.strip();
            return this;
        }

        /** By a client that is set up already, for connectors, observation or proxies. */
        public Builder http(WebClient.Builder builder) {
            http = builder.clone();
            return this;
        }

        /** Returns the client; nothing is sent yet. */
        public PathlineClient open() {
            WebClient.Builder builder = http.clone().baseUrl(address.toString())
                    .codecs(codecs -> codecs.defaultCodecs().maxInMemorySize(MAX_BYTES))
                    .defaultStatusHandler(HttpStatusCode::isError, PathlineClient::problem);
            if (key != null) {
                builder.defaultHeader(HttpHeaders.AUTHORIZATION, "Bearer " + key);
            }
            return new PathlineClient(
                    HttpServiceProxyFactory.builderFor(WebClientAdapter.create(builder.build())).build());
        }
    }

    /** The part of a problem document that is told on. */
    private record ProblemBody(@Nullable String detail, @Nullable String code, @Nullable List<FieldError> errors) {}

    private static Mono<Throwable> problem(ClientResponse response) {
        String wait = response.headers().asHttpHeaders().getFirst("retry-after-ms");
        Duration retryAfter = wait == null ? null : Duration.ofMillis(Long.parseLong(wait));
        int status = response.statusCode().value();
        return response.bodyToMono(ProblemBody.class).<Throwable>map(body -> new PathlineException(status,
                body.code() == null ? "" : body.code(), body.detail() == null ? "status " + status : body.detail(),
                body.errors() == null ? List.of() : body.errors(), retryAfter))
                .onErrorResume(e -> Mono.empty()).switchIfEmpty(Mono.fromSupplier(
                        () -> new PathlineException(status, "", "the server answered " + status, List.of(),
                                retryAfter)));
    }

    /** Generates, and waits for the images, which come inline. Who lets go of the answer cancels the job. */
    public Mono<JobAnswer> generate(Generation generation) {
        return jobs.generate(generation, null);
    }

    /**
     * Begins a generation, and does not wait for it.
     *
     * @param idempotencyKey under which the same request may be sent again, and is made once; null for none
     */
    public Mono<JobAnswer> submit(Generation generation, @Nullable String idempotencyKey) {
        return jobs.submit(generation, idempotencyKey, "respond-async");
    }

    /** Generates, and tells every step as it happens; the last event says how it ended. The job goes on if nobody listens any more. */
    public Flux<JobEvent> stream(Generation generation) {
        return submit(generation, null).flatMapMany(job -> events(job.id()));
    }

    /**
     * Follows a job from its beginning to its last event. What breaks off is taken up again where it was, for as long as it takes; what the
     * server refuses is an error.
     */
    public Flux<JobEvent> events(String jobId) {
        return Flux.defer(() -> {
            var seen = new AtomicLong();
            var ended = new AtomicBoolean();
            return Flux.defer(() -> jobs.events(jobId, seen.get())).flatMap(PathlineClient::body).timeout(SILENCE)
                    .filter(event -> event.data() != null && event.id() != null && event.event() != null)
                    .doOnNext(event -> {
                        seen.set(Long.parseLong(String.valueOf(event.id())));
                        if (LAST.contains(String.valueOf(event.event()))) {
                            ended.set(true);
                        }
                    }).map(event -> JobEventJson.read(String.valueOf(event.event()), String.valueOf(event.data())))
                    .concatWith(Flux.defer(() -> ended.get()
                            ? Flux.empty()
                            : Flux.error(new IllegalStateException("the stream has ended before the job"))))
                    .retryWhen(Retry.backoff(Long.MAX_VALUE, AGAIN).maxBackoff(LONGEST_WAIT)
                            .filter(PathlineClient::mayPass));
        });
    }

    private static Flux<ServerSentEvent<String>> body(
            org.springframework.http.ResponseEntity<Flux<ServerSentEvent<String>>> answer) {
        Flux<ServerSentEvent<String>> body = answer.getBody();
        return body == null ? Flux.empty() : body;
    }

    private static boolean mayPass(Throwable e) {
        return !(e instanceof PathlineException refusal) || refusal.status() >= 500;
    }

    /** Jobs, one address at a time. */
    public JobsApi jobs() {
        return jobs;
    }

    /** Models and solvers. */
    public ModelsApi models() {
        return models;
    }

    /** Training runs. */
    public TrainingApi training() {
        return training;
    }

    /** Webhooks. */
    public WebhooksApi webhooks() {
        return webhooks;
    }
}
